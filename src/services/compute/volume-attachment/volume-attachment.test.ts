import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { type Booted, booted } from "#test/booted.ts";

const all = "/os-volume_attachments";

test("a volume comes to a guest and goes from it", async (t) => {
  const { on, volume, volumeStatus, cloud, server, remove } = await booted(t);
  const id = await volume();
  const attached = await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  assert.equal(attached.status, 200);
  assert.deepEqual(attached.body.volumeAttachment, { id, volumeId: id, serverId: server, device: "/dev/vdb" });
  await cloud.settle();
  assert.equal(await volumeStatus(id), "in-use");
  assert.deepEqual(disksOf(cloud, server), [id]);
  cloud.drivers.compute.faults.hang("detachDisk");
  assert.equal((await on("DELETE", `${all}/${id}`)).status, 202);
  assert.equal(await volumeStatus(id), "detaching");
  assert.equal((await on("DELETE", `${all}/${id}`)).status, 400);
  cloud.drivers.compute.faults.clear();
  await cloud.settle();
  assert.equal(await volumeStatus(id), "available");
  assert.deepEqual(disksOf(cloud, server), []);
  assert.deepEqual((await on("GET", all)).body, { volumeAttachments: [] });
  await remove();
});

test("a volume on its way says which operation of its server moves it", async (t) => {
  const { on, volume, cloud, server, remove } = await booted(t);
  const id = await volume();
  const motion = async () => {
    const { headers } = await cloud.call("GET", `/volume/v3/volumes/${id}`, { as: "demo" });
    return headers["x-crunch-operation"] && JSON.parse(headers["x-crunch-operation"]);
  };
  assert.equal(await motion(), undefined);
  cloud.drivers.compute.faults.hang("attachDisk");
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  assert.equal((await motion()).saga, "compute.volume-attachment.attach");
  await cloud.settle();
  const { saga, step } = await motion();
  assert.deepEqual([saga, step], ["compute.volume-attachment.attach", "plug"]);
  const { open } = await cloud.spine.operations.list({ subject: id });
  assert.deepEqual(
    open.map((it) => it.subject),
    [server],
  );
  cloud.drivers.compute.faults.clear();
  await cloud.settle();
  assert.equal(await motion(), undefined);
  cloud.drivers.compute.faults.hang("detachDisk");
  await on("DELETE", `${all}/${id}`);
  assert.equal((await motion()).saga, "compute.volume-attachment.detach");
  cloud.drivers.compute.faults.clear();
  await cloud.settle();
  assert.equal(await motion(), undefined);
  await remove();
});

test("attachments are shown in the words of each version", async (t) => {
  const { on, volume, cloud } = await booted(t);
  const id = await volume();
  const body = { volumeAttachment: { volumeId: id, device: "/dev/vdk", tag: "data", delete_on_termination: "True" } };
  assert.equal((await on("POST", all, { version: "2.48", body })).status, 400);
  assert.equal((await on("POST", all, { version: "2.79", body })).status, 200);
  await cloud.settle();
  const keys = async (version: string) =>
    Object.keys((await on("GET", `${all}/${id}`, { version })).body.volumeAttachment).sort();
  assert.deepEqual(await keys("2.69"), ["device", "id", "serverId", "volumeId"]);
  assert.deepEqual(await keys("2.79"), ["delete_on_termination", "device", "id", "serverId", "tag", "volumeId"]);
  assert.ok(!(await keys("2.89")).includes("id"));
  const { volumeAttachment: newest } = (await on("GET", `${all}/${id}`, { version: "2.89" })).body;
  assert.equal(newest.device, "/dev/vdk");
  assert.match(newest.attachment_id, /^[0-9a-f-]{36}$/);
});

test("what cannot be attached is refused, and changes nothing", async (t) => {
  const { on, volume, volumeStatus, cloud } = await booted(t);
  const id = await volume();
  const attach = (volumeId: string, more: object = {}) =>
    on("POST", all, { body: { volumeAttachment: { volumeId, ...more } } });
  const nowhere = crypto.randomUUID();
  assert.equal((await attach(nowhere)).body.itemNotFound.message, `Volume ${nowhere} could not be found.`);
  const taken = await attach(id, { device: "/dev/vda" });
  assert.equal(taken.body.conflictingRequest.message, "The supplied device path (/dev/vda) is in use.");
  assert.equal(await volumeStatus(id), "available");
  await attach(id);
  await cloud.settle();
  assert.match((await attach(id)).body.badRequest.message, /already attached/);
  assert.equal((await on("GET", `${all}/${nowhere}`)).status, 404);
  assert.equal((await on("DELETE", `${all}/${nowhere}`)).status, 404);
  assert.equal((await on("POST", all, { as: "reader", body: { volumeAttachment: { volumeId: id } } })).status, 403);
});

test("whether a volume goes with its server can be changed from 2.85, what else it is cannot", async (t) => {
  const { on, volume, cloud, remove } = await booted(t);
  const id = await volume();
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  const put = (more: object, call: object = {}) =>
    on("PUT", `${all}/${id}`, { version: "2.85", ...call, body: { volumeAttachment: { volumeId: id, ...more } } });
  assert.equal((await put({}, { version: "2.84" })).status, 403);
  assert.equal((await put({ device: "/dev/vdz" })).body.badRequest.message, "The device property is not mutable");
  assert.equal((await put({ volumeId: crypto.randomUUID() })).status, 403);
  assert.equal((await put({ volumeId: crypto.randomUUID() }, { as: "admin" })).status, 409);
  assert.equal((await put({ delete_on_termination: true })).status, 202);
  await remove();
  assert.equal((await cloud.call("GET", `/volume/v3/volumes/${id}`, { as: "demo" })).status, 404);
});

test("a guest that is off finds its volumes when it starts", async (t) => {
  const { on, volume, volumeStatus, cloud, server } = await booted(t);
  const id = await volume();
  await on("POST", "/action", { body: { "os-stop": null } });
  await cloud.settle();
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  assert.equal(await volumeStatus(id), "in-use");
  await on("POST", "/action", { body: { "os-start": null } });
  await cloud.settle();
  assert.deepEqual(disksOf(cloud, server), [id]);
});

test("a volume that the host cannot give to the guest is free again, and the history says why", async (t) => {
  const { on, volume, volumeStatus, cloud } = await booted(t);
  const id = await volume();
  cloud.drivers.compute.faults.throw("attachDisk", new Refused("no slot is left on its bus"));
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  assert.equal(await volumeStatus(id), "available");
  assert.deepEqual((await on("GET", all)).body.volumeAttachments, []);
  const [last] = (await on("GET", "/os-instance-actions")).body.instanceActions;
  assert.equal(last.message, "Error");
  const show = await on("GET", `/os-instance-actions/${last.request_id}`, { as: "admin", version: "2.84" });
  const events: { details: string }[] = show.body.instanceAction.events;
  assert.ok(events.some((it) => it.details === "no slot is left on its bus"));
});

test("a guest that does not let go keeps its volume", async (t) => {
  const { on, volume, volumeStatus, cloud, server, remove } = await booted(t);
  const id = await volume();
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  cloud.drivers.compute.faults.throw("detachDisk", new Unavailable("the guest has not let go of it"), 1000);
  await on("DELETE", `${all}/${id}`);
  await cloud.later("1m");
  assert.equal(await volumeStatus(id), "detaching");
  for (let at = 0; at < 8; at++) await cloud.later("1m");
  assert.equal(await volumeStatus(id), "in-use");
  assert.deepEqual(disksOf(cloud, server), [id]);
  cloud.drivers.compute.faults.clear();
  await remove();
  assert.equal(await volumeStatus(id), "available");
});

test("a server that is deleted while a volume comes leaves it free", async (t) => {
  const { on, volume, volumeStatus, cloud, remove } = await booted(t);
  const id = await volume();
  cloud.drivers.compute.faults.throw("attachDisk", new Unavailable("busy"), 1000);
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  await remove();
  assert.equal(await volumeStatus(id), "available");
});

test("nothing is attached to a locked server, or to one that is busy", async (t) => {
  const { on, volume, cloud } = await booted(t);
  const body = { volumeAttachment: { volumeId: await volume() } };
  await on("POST", "/action", { body: { lock: null } });
  assert.match((await on("POST", all, { body })).body.conflictingRequest.message, /is locked$/);
  await on("POST", "/action", { body: { unlock: null } });
  cloud.drivers.compute.faults.hang("askOff");
  await on("POST", "/action", { body: { "os-stop": null } });
  assert.match(
    (await on("POST", all, { body })).body.conflictingRequest.message,
    /^Cannot 'attach_volume' instance .* while it is in task_state powering-off$/,
  );
  cloud.drivers.compute.faults.clear();
  await cloud.settle();
});

test("volumes that come at once have names of their own", async (t) => {
  const { on, volume, cloud, server, remove } = await booted(t);
  const ids = [await volume(), await volume(), await volume()];
  const attach = (volumeId: string) => on("POST", all, { body: { volumeAttachment: { volumeId } } });
  const devices = (await Promise.all(ids.map(attach))).map((it) => it.body.volumeAttachment.device);
  assert.deepEqual(devices.sort(), ["/dev/vdb", "/dev/vdc", "/dev/vdd"]);
  await cloud.settle();
  assert.deepEqual(disksOf(cloud, server).sort(), ids.toSorted());
  await remove();
});

test("of two that detach a volume at once one is refused", async (t) => {
  const { on, volume, volumeStatus, cloud } = await booted(t);
  const id = await volume();
  await on("POST", all, { body: { volumeAttachment: { volumeId: id } } });
  await cloud.settle();
  cloud.drivers.compute.faults.hang("detachDisk");
  const both = await Promise.all([on("DELETE", `${all}/${id}`), on("DELETE", `${all}/${id}`)]);
  assert.deepEqual(both.map((it) => it.status).sort(), [202, 400]);
  cloud.drivers.compute.faults.clear();
  await cloud.settle();
  assert.equal(await volumeStatus(id), "available");
});

function disksOf(cloud: Booted["cloud"], server: string): string[] {
  const { guest } = cloud.drivers.compute.guests.get(server);
  return guest.disks.map((it: { volumeId: string }) => it.volumeId);
}

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { type SimulatedBlockStorage, simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import type { BlockStorage } from "../index.ts";
import type { joined } from "../kit.ts";
import { blockStorageOffer as offer } from "../offer.ts";
import { blockStorage } from "../service.ts";

suite("attachments", () => {
  let cloud: TestCloud;
  let driver: SimulatedBlockStorage;
  before(async () => {
    driver = simulatedBlockStorage();
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": driver } });
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/volume/v3${path}`, { as: "demo", version: "3.70", ...more });
  const volume = async () => {
    const { id } = (await call("POST", "/volumes", { body: { volume: { size: 1 } } })).body.volume;
    await cloud.settle();
    return id as string;
  };
  const show = async (id: string) => (await call("GET", `/volumes/${id}`)).body.volume;
  const statusOf = async (id: string) => (await show(id)).status;
  /** As Compute asks: in a transaction of its own. */
  const ask = <T>(work: (of: BlockStorage, tx: Parameters<typeof joined>[0]) => Promise<T>): Promise<T> =>
    cloud.world("block-storage").write((tx) => work(offer, tx));
  const reserve = (volumeId: string, serverId: string) =>
    ask((of, tx) => of.reserve(tx, cloud.actors.demo, volumeId, serverId));
  const remove = async (id: string) => {
    assert.equal((await call("DELETE", `/volumes/${id}`)).status, 202);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  };

  test("a server reserves, connects, attaches, detaches and releases a volume", async () => {
    const [id, server] = [await volume(), randomUUID()];
    const attachment = await reserve(id, server);
    assert.equal(await statusOf(id), "reserved");
    await assert.rejects(reserve(id, randomUUID()), /must be available or downloading to reserve/);
    assert.equal(await ask((of, tx) => of.connection(tx, attachment)), null);
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    assert.deepEqual(await ask((of, tx) => of.connection(tx, attachment)), { kind: "simulated" });
    await ask((of, tx) => of.attached(tx, attachment, "/dev/vdb"));
    const seen = await show(id);
    assert.equal(seen.status, "in-use");
    assert.deepEqual(
      seen.attachments.map((it: Record<string, unknown>) => [it.server_id, it.device, it.attachment_id]),
      [[server, "/dev/vdb", attachment]],
    );
    assert.equal((await call("DELETE", `/volumes/${id}`)).status, 400);
    assert.equal((await call("DELETE", `/attachments/${attachment}`)).status, 409);
    await ask((of, tx) => of.detaching(tx, attachment));
    assert.equal(await statusOf(id), "detaching");
    await ask((of, tx) => of.rollDetaching(tx, attachment));
    assert.equal(await statusOf(id), "in-use");
    for (const _ of [1, 2]) await ask((of, tx) => of.release(tx, attachment));
    assert.equal(await ask((of, tx) => of.isReleased(tx, attachment)), false);
    await cloud.settle();
    assert.equal(await ask((of, tx) => of.isReleased(tx, attachment)), true);
    assert.equal(await statusOf(id), "available");
    assert.deepEqual(await driver.served(), []);
    await remove(id);
  });

  test("a volume that cannot be connected says why, and is available again when it is released", async () => {
    const id = await volume();
    const attachment = await reserve(id, randomUUID());
    driver.faults.throw("connect", new Refused("The host has no way to it."));
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    await assert.rejects(
      ask((of, tx) => of.connection(tx, attachment)),
      /no way to it/,
    );
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.settle();
    assert.equal(await statusOf(id), "available");
    await remove(id);
  });

  test("a release stops a connecting that hangs", async () => {
    const id = await volume();
    const attachment = await reserve(id, randomUUID());
    driver.faults.hang("connect");
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.later("1m");
    assert.equal(await statusOf(id), "available");
    await remove(id);
  });

  test("a volume of another project cannot be reserved", async () => {
    const id = await volume();
    await assert.rejects(
      ask((of, tx) => of.reserve(tx, cloud.actors.stranger, id, randomUUID())),
      { status: 404, message: `Volume ${id} could not be found.` },
    );
    await remove(id);
  });

  test("a read-only volume is not lent for writing", async () => {
    const id = await volume();
    const flag = (readonly: boolean) =>
      call("POST", `/volumes/${id}/action`, { body: { "os-update_readonly_flag": { readonly } } });
    await flag(true);
    await assert.rejects(reserve(id, randomUUID()), /Invalid attaching mode 'rw'/);
    assert.equal(await statusOf(id), "available");
    await flag(false);
    const attachment = await reserve(id, randomUUID());
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.settle();
    await remove(id);
  });

  test("the deletion of a volume waits until it is released", async () => {
    const id = await volume();
    const attachment = await reserve(id, randomUUID());
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    await ask((of, tx) => of.deleteVolume(tx, id));
    await cloud.settle();
    assert.equal(await statusOf(id), "deleting");
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.settle();
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("what should be served is served again, and what should not is stopped", async () => {
    const [id, stray] = [await volume(), await volume()];
    const attachment = await reserve(id, randomUUID());
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    assert.deepEqual(await cloud.runLoop("block-storage.serve"), { changed: 0 });
    driver.stopServing();
    await driver.connect(stray, "sim-1", randomUUID());
    assert.deepEqual(await cloud.runLoop("block-storage.serve"), { changed: 2 });
    assert.deepEqual(
      (await driver.served()).map(({ volumeId }) => volumeId),
      [id],
    );
    assert.deepEqual(await cloud.runLoop("block-storage.serve"), { changed: 0 });
    driver.stopServing();
    driver.faults.throw("connect", new Unavailable("The host is down."));
    assert.deepEqual(await cloud.runLoop("block-storage.serve"), { changed: 0 });
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.settle();
    for (const it of [id, stray]) await remove(it);
  });

  test("the API's own attachments go from reserved over connected to complete, and away", async () => {
    const [id, instance_uuid] = [await volume(), randomUUID()];
    const made = await call("POST", "/attachments", { body: { attachment: { volume_uuid: id, instance_uuid } } });
    assert.equal(made.status, 200);
    const { attachment } = made.body;
    assert.deepEqual(
      [attachment.status, attachment.instance, attachment.connection_info],
      ["reserved", instance_uuid, {}],
    );
    const at = `/attachments/${attachment.id}`;
    const connector = { host: "sim-2", mountpoint: "/dev/vdc" };
    const connected = await call("PUT", at, { body: { attachment: { connector } } });
    assert.equal(connected.body.attachment.connection_info.driver_volume_type, "simulated");
    assert.equal(await statusOf(id), "attaching");
    assert.equal((await call("POST", `${at}/action`, { body: { "os-complete": null } })).status, 204);
    assert.deepEqual([await statusOf(id), (await show(id)).attachments[0].device], ["in-use", "/dev/vdc"]);
    const listed = await call("GET", `/attachments/detail?volume_id=${id}`);
    assert.deepEqual(
      listed.body.attachments.map((it: { id: string }) => it.id),
      [attachment.id],
    );
    assert.deepEqual((await call("GET", "/attachments", { as: "stranger" })).body, { attachments: [] });
    assert.equal((await call("GET", at, { as: "stranger" })).status, 404);
    assert.equal((await call("GET", at, { version: "3.26" })).status, 404);
    assert.deepEqual((await call("DELETE", at)).body, { attachments: [] });
    await cloud.settle();
    assert.equal(await statusOf(id), "available");
    assert.equal((await call("GET", at)).status, 404);
    await remove(id);
  });

  test("an attachment that is created with a connector is connected by itself", async () => {
    const id = await volume();
    const body = { attachment: { volume_uuid: id, connector: { host: "sim-1" }, mode: "ro" } };
    const { attachment } = (await call("POST", "/attachments", { body })).body;
    assert.deepEqual([attachment.status, attachment.attach_mode], ["attaching", "ro"]);
    await cloud.settle();
    const seen = (await call("GET", `/attachments/${attachment.id}`)).body.attachment;
    assert.equal(seen.connection_info.attachment_id, attachment.id);
    await call("DELETE", `/attachments/${attachment.id}`);
    await cloud.settle();
    await remove(id);
  });

  test("attachments kept by hand change words only", async () => {
    const id = await volume();
    const act = async (body: object) => (await call("POST", `/volumes/${id}/action`, { body })).status;
    assert.equal(await act({ "os-reserve": {} }), 202);
    assert.equal(await statusOf(id), "attaching");
    assert.equal(await act({ "os-reserve": {} }), 400);
    assert.equal(await act({ "os-unreserve": {} }), 202);
    const instance_uuid = randomUUID();
    assert.equal(await act({ "os-attach": { instance_uuid, mountpoint: "/dev/vdc" } }), 202);
    assert.deepEqual([await statusOf(id), (await show(id)).attachments[0].server_id], ["in-use", instance_uuid]);
    assert.equal(await act({ "os-begin_detaching": {} }), 202);
    assert.equal(await act({ "os-roll_detaching": {} }), 202);
    assert.equal(await act({ "os-detach": {} }), 202);
    await cloud.settle();
    assert.equal(await statusOf(id), "available");
    await remove(id);
  });

  test("an attachment that could not end is ended with its volume", async () => {
    const id = await volume();
    const attachment = await reserve(id, randomUUID());
    await ask((of, tx) => of.connect(tx, attachment, "sim-1"));
    await cloud.settle();
    driver.faults.throw("disconnect", new Refused("It is stuck."));
    await ask((of, tx) => of.release(tx, attachment));
    await cloud.settle();
    assert.equal(await statusOf(id), "error");
    await remove(id);
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
  });
});

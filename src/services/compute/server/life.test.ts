import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { ground } from "../ground.test.ts";

test("a server is built, stopped, started, rebooted and deleted, and nothing of it stays", async (t) => {
  const { cloud, driver, act, build, remove, show, call } = await ground(t);
  const id = await build();
  assert.equal((await show(id)).status, "ACTIVE");
  assert.equal(driver.guests.get(id)?.power, "on");
  assert.equal((await act(id, { "os-stop": null })).status, 202);
  assert.equal((await show(id)).status, "SHUTOFF");
  assert.equal((await show(id))["OS-EXT-STS:power_state"], 4);
  assert.equal((await act(id, { "os-start": null })).status, 202);
  assert.equal((await show(id)).status, "ACTIVE");
  for (const type of ["SOFT", "HARD"]) {
    assert.equal((await act(id, { reboot: { type } })).status, 202);
    assert.equal((await show(id)).status, "ACTIVE");
    assert.equal(driver.guests.get(id)?.power, "on");
  }
  await remove(id);
  assert.equal((await call("GET", `/servers/${id}`)).status, 404);
  assert.equal(driver.guests.size, 0);
  assert.deepEqual(await cloud.leftovers(), []);
});

test("what may not be asked now is refused with Nova's sentences", async (t) => {
  const { act, build, call } = await ground(t);
  const id = await build();
  const start = await act(id, { "os-start": null });
  assert.equal(start.status, 409);
  assert.equal(start.body.conflictingRequest.message, `Cannot 'start' instance ${id} while it is in vm_state active`);
  const unknown = await act(id, { dance: null });
  assert.equal(unknown.status, 400);
  assert.equal(unknown.body.badRequest.message, "There is no such action: dance");
  assert.equal(
    (await call("GET", "/servers/nothing")).body.itemNotFound.message,
    "Instance nothing could not be found.",
  );
});

test("a server for which no host has room is in error, and says so to its owner; the scheduler's reasons are kept", async (t) => {
  const { cloud, build, call, show, remove } = await ground(t);
  await call("POST", "/flavors", {
    as: "admin",
    body: { flavor: { id: "huge", name: "huge", vcpus: 19, ram: 50_000, disk: 1 } },
  });
  const id = await build({ flavorRef: "huge" });
  const it = await show(id);
  assert.equal(it.status, "ERROR");
  assert.equal(it.fault.code, 500);
  assert.match(it.fault.message, /^No valid host was found\./);
  assert.equal(it.fault.details, undefined);
  assert.notEqual((await show(id, { as: "admin" })).fault.details, undefined);
  const { scheduling } = (await call("GET", `/servers/${id}/scheduling`)).body;
  assert.equal(scheduling.rejected.length, 2);
  assert.ok(
    scheduling.rejected.every((one: { reason: string; host?: string }) => one.reason && one.host === undefined),
  );
  await remove(id);
  assert.deepEqual(await cloud.leftovers(), []);
});

test("a guest that cannot be made leaves a server in error and nothing else", async (t) => {
  const { cloud, driver, build, show, remove } = await ground(t);
  driver.faults.throw("create", new Refused("The image is not bootable."));
  const id = await build();
  const { status, fault, hostId } = await show(id);
  assert.equal(status, "ERROR");
  assert.equal(fault.message, `Build of instance ${id} aborted: The image is not bootable.`);
  assert.equal(hostId, "");
  assert.deepEqual((await show(id)).addresses, {});
  await remove(id);
  assert.deepEqual(await cloud.leftovers(), []);
});

test("a host that is busy for a while delays a build and no more", async (t) => {
  const { cloud, driver, build, show } = await ground(t);
  driver.faults.throw("create", new Unavailable("The host is busy."), 2);
  const id = await build();
  assert.equal((await show(id)).status, "BUILD");
  assert.equal((await show(id))["OS-EXT-STS:task_state"], "spawning");
  for (const _ of [1, 2]) await cloud.later("1m");
  assert.equal((await show(id)).status, "ACTIVE");
});

test("a server is deleted while it is built", async (t) => {
  const { cloud, driver, build, call } = await ground(t);
  driver.faults.hang("create");
  const id = await build();
  assert.equal((await call("DELETE", `/servers/${id}`)).status, 204);
  assert.equal((await call("DELETE", `/servers/${id}`)).status, 204);
  await cloud.later("1s");
  await cloud.settle();
  assert.equal((await call("GET", `/servers/${id}`)).status, 404);
  assert.deepEqual(await cloud.leftovers(), []);
});

test("a guest that does not hear its power button is turned off after a minute", async (t) => {
  const { cloud, driver, build, act, show } = await ground(t);
  const id = await build();
  driver.deaf = true;
  await act(id, { "os-stop": null });
  assert.equal((await show(id)).status, "ACTIVE");
  assert.equal((await show(id))["OS-EXT-STS:task_state"], "powering-off");
  const again = await act(id, { "os-stop": null });
  assert.equal(
    again.body.conflictingRequest.message,
    `Cannot 'stop' instance ${id} while it is in task_state powering-off`,
  );
  await cloud.later("61s");
  assert.equal((await show(id)).status, "SHUTOFF");
});

test("a hard reboot takes over a soft one that hangs", async (t) => {
  const { cloud, driver, build, act, show } = await ground(t);
  const id = await build();
  driver.deaf = true;
  await act(id, { reboot: { type: "SOFT" } });
  assert.equal((await show(id)).status, "REBOOT");
  assert.equal((await act(id, { reboot: { type: "HARD" } })).status, 202);
  await cloud.later("1s");
  assert.equal((await show(id)).status, "ACTIVE");
  assert.equal(driver.guests.get(id)?.power, "on");
});

test("a guest that turns itself off is a server that is stopped", async (t) => {
  const { cloud, driver, build, show } = await ground(t);
  const id = await build();
  driver.stopByItself(id);
  await cloud.settle();
  await cloud.settle();
  assert.equal((await show(id)).status, "SHUTOFF");
});

test("a guest that its host has lost is found out by the loop, once", async (t) => {
  const { cloud, driver, build, show } = await ground(t);
  const id = await build();
  driver.guests.delete(id);
  assert.deepEqual(await cloud.runLoop("compute.server.power"), { changed: 1 });
  assert.deepEqual(await cloud.runLoop("compute.server.power"), { changed: 0 });
  assert.equal((await show(id)).status, "SHUTOFF");
});

test("only administrators touch what is locked, and the reason is told", async (t) => {
  const { build, act, show } = await ground(t);
  const id = await build();
  assert.equal((await act(id, { lock: { locked_reason: "mine" } }, { version: "2.73" })).status, 202);
  assert.equal((await show(id)).locked_reason, "mine");
  const refused = await act(id, { "os-stop": null });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.conflictingRequest.message, `Instance ${id} is locked`);
  assert.equal((await act(id, { "os-stop": null }, { as: "admin" })).status, 202);
  assert.equal((await act(id, { unlock: null })).status, 202);
  assert.equal((await show(id)).locked, false);
});

test("the console of a guest is read, all of it or its end", async (t) => {
  const { build, act } = await ground(t);
  const id = await build();
  const whole = (await act(id, { "os-getConsoleOutput": {} })).body.output.trimEnd().split("\n");
  const end = (await act(id, { "os-getConsoleOutput": { length: 1 } })).body.output.trimEnd();
  assert.ok(whole.length > 2);
  assert.equal(end, whole.at(-1));
});

test("an administrator says what the state is", async (t) => {
  const { build, act, show } = await ground(t);
  const id = await build();
  assert.equal((await act(id, { "os-resetState": { state: "error" } })).status, 403);
  assert.equal((await act(id, { "os-resetState": { state: "error" } }, { as: "admin" })).status, 202);
  assert.equal((await show(id)).status, "ERROR");
});

test("a server that is asked for while the hosts are silent waits for their report", async (t) => {
  const { cloud, build, show } = await ground(t, { hosts: 1 });
  await cloud.database.pool.query("update compute_hosts set seen_at = seen_at - interval '10 minutes'");
  const id = await build({ networks: "none" });
  assert.equal((await show(id)).status, "BUILD");
  assert.deepEqual(await cloud.runLoop("compute.host.report"), { changed: 1 });
  await cloud.settle();
  assert.equal((await show(id)).status, "ACTIVE");
});

test("the members of a group sit apart, or together", async (t) => {
  const { call, build, show } = await ground(t);
  for (const [policy, hosts] of [
    ["anti-affinity", 2],
    ["affinity", 1],
  ] as const) {
    const body = { server_group: { name: policy, policy } };
    const { id: group } = (await call("POST", "/os-server-groups", { version: "2.64", body })).body.server_group;
    const ids = [await member(group, 1), await member(group, 2)];
    const found = await Promise.all(ids.map(async (id) => (await show(id, { as: "admin" }))["OS-EXT-SRV-ATTR:host"]));
    assert.equal(new Set(found).size, hosts, policy);
  }
  function member(group: string, n: number) {
    return build({ networks: "none", name: `member-${n}`, "os:scheduler_hints": { group } });
  }
});

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { testCloud } from "#test/cloud.ts";
import { bootImage, must } from "#test/laws/furniture.ts";

const by = { who: "root", why: "the host is on fire" };

/** A cloud in which a server of the demo project is being spawned, and the hypervisor does not answer. */
async function spawning(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  await must(
    cloud,
    "POST",
    "/compute/v2.1/flavors",
    { flavor: { id: "1", name: "f", vcpus: 1, ram: 64, disk: 1 } },
    "admin",
  );
  const { network } = await must(cloud, "POST", "/network/v2.0/networks", { network: { name: "n" } });
  const subnet = { network_id: network.id, ip_version: 4, cidr: "10.9.0.0/24" };
  await must(cloud, "POST", "/network/v2.0/subnets", { subnet });
  const imageRef = await bootImage(cloud);
  cloud.drivers.compute.faults.hang("create");
  const asked = { name: "s", flavorRef: "1", imageRef, networks: [{ uuid: network.id }] };
  const { id } = (await must(cloud, "POST", "/compute/v2.1/servers", { server: asked })).server;
  await cloud.settle();
  const look = () => cloud.call("GET", `/compute/v2.1/servers/${id}`, { as: "demo", version: "2.79" });
  const motion = JSON.parse((await look()).headers["x-crunch-operation"]!) as Record<string, unknown>;
  const remove = async () => {
    assert.equal((await cloud.call("DELETE", `/compute/v2.1/servers/${id}`, { as: "demo" })).status, 204);
    await cloud.settle();
    assert.equal((await look()).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
    const { rows } = await cloud.database.pool.query("select * from placement_allocations");
    assert.deepEqual(rows, []);
  };
  return { cloud, look, motion, remove, operation: Number(motion.id), operations: cloud.spine.operations };
}

test("a server whose hypervisor hangs says so beside its body, to readers as to owners", async (t) => {
  const { cloud, look, motion, remove } = await spawning(t);
  const { headers, body } = await look();
  const { id: server } = body.server;
  assert.equal(body.server.status, "BUILD");
  assert.doesNotMatch(JSON.stringify(body), /under way/);
  assert.deepEqual([motion.saga, motion.step, motion.way, motion.attempt], ["compute.server.build", "spawn", "do", 1]);
  assert.equal(
    motion.next,
    "step spawn is under way; if it is not done by 2026-11-20T12:10:00Z, it is given up and everything is undone",
  );
  const path = `/compute/v2.1/servers/${server}`;
  const reader = await cloud.call("GET", path, { as: "reader" });
  assert.equal(reader.headers["x-crunch-operation"], headers["x-crunch-operation"]);
  assert.equal((await cloud.call("GET", path, { as: "stranger" })).headers["x-crunch-operation"], undefined);
  await remove();
});

test("a server whose hypervisor hangs runs after an operator's retry", async (t) => {
  const { cloud, look, operation, operations, remove } = await spawning(t);
  await operations.retry(operation, by);
  await cloud.settle();
  const { headers, body } = await look();
  assert.equal(body.server.status, "ACTIVE");
  assert.equal(headers["x-crunch-operation"], undefined);
  await remove();
});

test("a server whose hypervisor hangs is in error after an operator's cancel, and nothing is left of it outside", async (t) => {
  const { cloud, look, operation, operations, remove } = await spawning(t);
  await operations.cancel(operation, by);
  await cloud.settle();
  const { server } = (await look()).body;
  assert.deepEqual([server.status, server["OS-EXT-STS:task_state"]], ["ERROR", null]);
  assert.match(server.fault.message, /aborted: the operator called it off: the host is on fire$/);
  assert.deepEqual(await cloud.leftovers(), []);
  await remove();
});

for (const as of ["failed", "done"] as const)
  test(`a server whose hypervisor hangs can be deleted after an operator has finished its build as ${as}`, async (t) => {
    const { cloud, look, operation, operations, remove } = await spawning(t);
    await operations.finish(operation, as, by);
    await cloud.settle();
    const { server } = (await look()).body;
    assert.equal(server.status, as === "failed" ? "ERROR" : "BUILD");
    await remove();
  });

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { booted } from "#test/booted.ts";
import { type Call, testCloud } from "#test/cloud.ts";

test("an aggregate with a zone puts its hosts into it, until they leave", async (t) => {
  const { call, zones, host } = await begin(t);
  assert.deepEqual(await zones(), ["nova"]);
  const made = await call("POST", "/os-aggregates", {
    body: { aggregate: { name: "left", availability_zone: "west" } },
  });
  assert.equal(made.body.aggregate.hosts, undefined);
  const action = `/os-aggregates/${made.body.aggregate.id}/action`;
  const joined = await call("POST", action, { body: { add_host: { host } } });
  assert.deepEqual(joined.body.aggregate.hosts, [host]);
  assert.deepEqual(joined.body.aggregate.metadata, { availability_zone: "west" });
  assert.deepEqual(await zones(), ["nova", "west"]);
  assert.equal((await call("POST", action, { body: { add_host: { host } } })).status, 409);
  assert.equal((await call("DELETE", `/os-aggregates/${made.body.aggregate.id}`)).status, 400);
  await call("POST", action, { body: { remove_host: { host } } });
  assert.deepEqual(await zones(), ["nova"]);
  assert.equal((await call("POST", action, { body: { remove_host: { host } } })).status, 404);
  assert.equal((await call("DELETE", `/os-aggregates/${made.body.aggregate.id}`)).status, 200);
});

test("no host is in two zones", async (t) => {
  const { call, host } = await begin(t);
  const join = (id: number) => call("POST", `/os-aggregates/${id}/action`, { body: { add_host: { host } } });
  for (const name of ["west", "east"])
    await call("POST", "/os-aggregates", { body: { aggregate: { name, availability_zone: name } } });
  await join(1);
  const refused = await join(2);
  assert.equal(
    refused.body.conflictingRequest.message,
    'Cannot add host to aggregate 2. Reason: Host already in availability zone "west".',
  );
});

test("metadata is merged, null takes a key away, and names are taken once", async (t) => {
  const { call } = await begin(t);
  for (const name of ["one", "two"]) await call("POST", "/os-aggregates", { body: { aggregate: { name } } });
  const set = async (metadata: object) =>
    (await call("POST", "/os-aggregates/1/action", { body: { set_metadata: { metadata } } })).body.aggregate.metadata;
  assert.deepEqual(await set({ ssd: "true", rack: "7" }), { ssd: "true", rack: "7" });
  assert.deepEqual(await set({ rack: null }), { ssd: "true" });
  const renamed = await call("PUT", "/os-aggregates/1", { body: { aggregate: { name: "two" } } });
  assert.equal(renamed.body.conflictingRequest.message, "Aggregate two already exists.");
  const shown = await call("GET", "/os-aggregates/1", { version: "2.41" });
  assert.match(shown.body.aggregate.uuid, /^[0-9a-f-]{36}$/);
  assert.equal((await call("GET", "/os-aggregates/9")).body.itemNotFound.message, "Aggregate 9 could not be found.");
  assert.equal((await call("GET", "/os-aggregates", { as: "demo" })).status, 403);
});

test("zones are listed for everybody, their hosts only for administrators", async (t) => {
  const { call, host } = await begin(t);
  const { body } = await call("GET", "/os-availability-zone", { as: "demo" });
  assert.deepEqual(body.availabilityZoneInfo, [{ zoneName: "nova", zoneState: { available: true }, hosts: null }]);
  assert.equal((await call("GET", "/os-availability-zone/detail", { as: "demo" })).status, 403);
  const detail = (await call("GET", "/os-availability-zone/detail")).body.availabilityZoneInfo[0];
  assert.equal(detail.hosts[host]["nova-compute"].active, true);
});

test("a zone does not change under its servers", async (t) => {
  const { cloud, on } = await booted(t);
  const call = (method: string, path: string, body?: object) => cloud.call(method, `/compute/v2.1${path}`, { body });
  const host: string = (await on("GET", "", { as: "admin" })).body.server["OS-EXT-SRV-ATTR:host"];
  await call("POST", "/os-aggregates", { aggregate: { name: "west", availability_zone: "west" } });
  const reason = "Reason: One or more hosts contain instances in this zone.";
  const joined = await call("POST", "/os-aggregates/1/action", { add_host: { host } });
  assert.equal(joined.body.conflictingRequest.message, `Cannot add host to aggregate 1. ${reason}`);
  await call("PUT", "/os-aggregates/1", { aggregate: { availability_zone: null } });
  assert.equal((await call("POST", "/os-aggregates/1/action", { add_host: { host } })).status, 200);
  const zoned = await call("PUT", "/os-aggregates/1", { aggregate: { availability_zone: "east" } });
  assert.equal(zoned.body.badRequest.message, `Cannot update aggregate 1. ${reason}`);
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more?: Call) => cloud.call(method, `/compute/v2.1${path}`, more);
  const zones = async () =>
    (await call("GET", "/os-availability-zone")).body.availabilityZoneInfo.map(
      (it: { zoneName: string }) => it.zoneName,
    );
  const host: string = (await call("GET", "/os-hypervisors")).body.hypervisors[0].hypervisor_hostname;
  return { cloud, call, zones, host };
}

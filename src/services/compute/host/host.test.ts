import assert from "node:assert/strict";
import { test } from "node:test";
import { ground } from "../ground.test.ts";

const as = "admin";

test("hosts report themselves, and a second report changes nothing", async (t) => {
  const { cloud, call, build } = await ground(t);
  await build({ networks: "none" });
  assert.deepEqual(await cloud.runLoop("compute.host.report"), { changed: 0 });
  const { hypervisors } = (await call("GET", "/os-hypervisors/detail", { as })).body;
  assert.deepEqual(
    hypervisors.map((it: { hypervisor_hostname: string }) => it.hypervisor_hostname),
    ["sim-1", "sim-2"],
  );
  assert.equal(
    hypervisors.reduce((sum: number, it: { running_vms: number }) => sum + it.running_vms, 0),
    1,
  );
  assert.equal(typeof hypervisors[0].id, "number");
  assert.equal(typeof hypervisors[0].cpu_info, "string");
  const [first] = (await call("GET", "/os-hypervisors", { as, version: "2.53" })).body.hypervisors;
  assert.match(first.id, /^[0-9a-f-]{36}$/);
  const shown = (await call("GET", `/os-hypervisors/${first.id}?with_servers=true`, { as, version: "2.88" })).body
    .hypervisor;
  assert.equal(shown.vcpus, undefined);
  assert.ok("uptime" in shown);
  const { hypervisor_statistics: sums } = (await call("GET", "/os-hypervisors/statistics", { as })).body;
  assert.equal(sums.count, 2);
  assert.equal(sums.vcpus_used, 1);
  assert.equal((await call("GET", "/os-hypervisors/statistics", { as, version: "2.88" })).status, 404);
  assert.equal((await call("GET", "/os-hypervisors")).status, 403);
});

test("a disabled host gets no new servers, and an enabled one does", async (t) => {
  const { call, build, show } = await ground(t, { hosts: 1 });
  const { services } = (await call("GET", "/os-services?binary=nova-compute", { as, version: "2.53" })).body;
  const [{ id, status, state }] = services;
  assert.deepEqual([status, state], ["enabled", "up"]);
  const set = (body: object) => call("PUT", `/os-services/${id}`, { as, version: "2.53", body });
  assert.equal((await set({ status: "disabled", disabled_reason: "repair" })).body.service.disabled_reason, "repair");
  const without = await build({ networks: "none" });
  assert.equal((await show(without)).status, "ERROR");
  const { rejected } = (await call("GET", `/servers/${without}/scheduling`)).body.scheduling;
  assert.deepEqual(
    rejected.map((it: { reason: string }) => it.reason),
    ["is disabled"],
  );
  await set({ status: "enabled" });
  const placed = await build({ networks: "none" });
  assert.equal((await show(placed)).status, "ACTIVE");
  const refused = await call("DELETE", `/os-services/${id}`, { as, version: "2.53" });
  assert.equal(refused.status, 409);
});

test("a service is disabled by its host's name before 2.53", async (t) => {
  const { call } = await ground(t, { hosts: 1 });
  const body = { host: "sim-1", binary: "nova-compute" };
  const answer = await call("PUT", "/os-services/disable-log-reason", { as, body: { ...body, disabled_reason: "x" } });
  assert.deepEqual(answer.body, { service: { ...body, status: "disabled", disabled_reason: "x" } });
  assert.equal(
    (await call("PUT", "/os-services/force-down", { as, version: "2.11", body: { ...body, forced_down: true } })).body
      .service.forced_down,
    true,
  );
  const [it] = (await call("GET", "/os-services", { as, version: "2.11" })).body.services;
  assert.deepEqual([it.status, it.state, it.forced_down], ["disabled", "down", true]);
  assert.equal((await call("PUT", "/os-services/enable", { as, body: { ...body, host: "none" } })).status, 404);
});

test("an administrator puts a server on a host of a zone", async (t) => {
  const { call, build, show, imageId } = await ground(t);
  const id = await build({ networks: "none", availability_zone: "nova:sim-2" }, { as: "admin" });
  assert.equal(
    (await show(id, { as })).hypervisor_hostname ?? (await show(id, { as }))["OS-EXT-SRV-ATTR:host"],
    "sim-2",
  );
  assert.equal((await show(id, { as })).pinned_availability_zone, "nova");
  const server = { name: "x", imageRef: imageId, flavorRef: "1", networks: "none" };
  const ask = (more: object, how: object = {}) =>
    call("POST", "/servers", { version: "2.74", body: { server: { ...server, ...more } }, ...how });
  assert.equal((await ask({ availability_zone: "nova:sim-2" })).status, 403);
  assert.equal((await ask({ host: "sim-2" })).status, 403);
  assert.equal(
    (await ask({ availability_zone: "moon" })).body.badRequest.message,
    "The requested availability zone is not available",
  );
});

test("a host that reports something else is known by it", async (t) => {
  const { cloud, driver, call } = await ground(t, { hosts: 1 });
  const hosts = driver.hosts.bind(driver);
  driver.hosts = async () => (await hosts()).map((it) => ({ ...it, vcpus: 3, bootedAt: "2026-11-17T11:58:00.000Z" }));
  assert.deepEqual(await cloud.runLoop("compute.host.report"), { changed: 1 });
  assert.deepEqual(await cloud.runLoop("compute.host.report"), { changed: 0 });
  const { hypervisor } = (await call("GET", "/os-hypervisors/1", { as })).body;
  assert.equal(hypervisor.vcpus, 3);
  const { uptime } = (await call("GET", "/os-hypervisors/1/uptime", { as })).body.hypervisor;
  assert.equal(uptime, " 12:00:00 up 3 days, 0:02");
});

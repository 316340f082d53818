import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type SimulatedBlockStorage, simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { Unavailable } from "#platform/service/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { blockStorage } from "../service.ts";

suite("the place of volumes", () => {
  let cloud: TestCloud;
  let driver: SimulatedBlockStorage;
  before(async () => {
    driver = simulatedBlockStorage({ totalGib: 50 });
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": driver } });
  });
  after(() => cloud.stop());

  const call = (path: string, more: Call = {}) => cloud.call("GET", `/volume/v3${path}`, more);

  test("the versions are told without a token", async () => {
    const all = await cloud.call("GET", "/volume/", { as: null });
    assert.equal(all.status, 300);
    const one = await cloud.call("GET", "/volume/v3/", { as: null });
    assert.equal(one.status, 200);
    const [it] = one.body.versions;
    assert.deepEqual([it.id, it.status, it.version, it.min_version], ["v3.0", "CURRENT", "3.70", "3.0"]);
    assert.match(it.links.find(({ rel }: { rel: string }) => rel === "self").href, /^http.*\/volume\/v3\/$/);
    assert.deepEqual(all.body, one.body);
  });

  test("the version is negotiated by the header", async () => {
    const answer = await call("/volumes", { version: "3.50" });
    assert.equal(answer.headers["openstack-api-version"], "volume 3.50");
    assert.equal((await call("/volumes", { version: "3.99" })).status, 406);
  });

  test("a project may stand in the path", async () => {
    const { projectId } = cloud.actors.demo;
    assert.equal((await call(`/${projectId}/volumes`, { as: "demo" })).status, 200);
  });

  test("zone, pool and services are shown, and a storage that is away is down", async () => {
    assert.equal((await call("/os-availability-zone", { as: "demo" })).body.availabilityZoneInfo[0].zoneName, "nova");
    assert.equal((await call("/scheduler-stats/get_pools", { as: "demo" })).status, 403);
    const [pool] = (await call("/scheduler-stats/get_pools?detail=true")).body.pools;
    assert.equal(pool.capabilities.total_capacity_gb, 50);
    const states = async () =>
      (await call("/os-services?binary=cinder-volume")).body.services.map((it: { state: string }) => it.state);
    assert.deepEqual(await states(), ["up"]);
    driver.faults.throw("capacity", new Unavailable("It is away."));
    assert.deepEqual(await states(), ["down"]);
  });

  test("quotas have defaults, which a class overrides for everybody", async () => {
    const project = cloud.actors.demo.projectId;
    const volumes = async (path: string, more: Call = {}) => (await call(path, more)).body.quota_set.volumes;
    const classes = "/volume/v3/os-quota-class-sets/default";
    const put = (quota_class_set: object) => cloud.call("PUT", classes, { body: { quota_class_set } });
    assert.equal(await volumes(`/os-quota-sets/${project}/defaults`, { as: "demo" }), 10);
    assert.equal((await put({ volumes: 12 })).body.quota_class_set.volumes, 12);
    assert.equal(await volumes(`/os-quota-sets/${project}`, { as: "demo" }), 12);
    assert.equal((await put({ nonsense: 1 })).status, 400);
    assert.equal((await put({ volumes: "many" })).status, 400);
    await put({ volumes: 10 });
  });
});

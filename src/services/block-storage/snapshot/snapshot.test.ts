import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type SimulatedBlockStorage, simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { Refused } from "#platform/service/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { blockStorage } from "../service.ts";

suite("snapshots", () => {
  let cloud: TestCloud;
  let driver: SimulatedBlockStorage;
  let volumeId: string;
  before(async () => {
    driver = simulatedBlockStorage();
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": driver } });
    volumeId = (await call("POST", "/volumes", { body: { volume: { size: 2 } } })).body.volume.id;
    await cloud.settle();
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/volume/v3${path}`, { as: "demo", ...more });
  const create = (snapshot: object = {}, more: Call = {}) =>
    call("POST", "/snapshots", { body: { snapshot: { volume_id: volumeId, ...snapshot } }, ...more });
  const made = async (snapshot: object = {}) => {
    const { id } = (await create(snapshot)).body.snapshot;
    await cloud.settle();
    return id as string;
  };
  const remove = async (id: string) => {
    assert.equal((await call("DELETE", `/snapshots/${id}`)).status, 202);
    await cloud.settle();
  };
  const setStatus = (status: string) =>
    cloud.call("POST", `/volume/v3/volumes/${volumeId}/action`, { body: { "os-reset_status": { status } } });

  test("a snapshot is taken, shown, renamed, made into a volume and deleted", async () => {
    const answer = await create({ name: "before", metadata: { a: "b" } });
    assert.equal(answer.status, 202);
    const { id, status, size } = answer.body.snapshot;
    assert.deepEqual([status, size], ["creating", 2]);
    await cloud.settle();
    const seen = (await call("GET", `/snapshots/${id}`)).body.snapshot;
    assert.deepEqual([seen.status, seen["os-extended-snapshot-attributes:progress"]], ["available", "100%"]);
    assert.equal("user_id" in seen, false);
    const newest = (await call("GET", `/snapshots/${id}`, { version: "3.70" })).body.snapshot;
    assert.deepEqual([newest.user_id, newest.consumes_quota], [cloud.actors.demo.userId, true]);
    const renamed = await call("PUT", `/snapshots/${id}`, { body: { snapshot: { name: "after" } } });
    assert.equal(renamed.body.snapshot.name, "after");
    const copy = (await call("POST", "/volumes", { body: { volume: { snapshot_id: id } } })).body.volume;
    assert.deepEqual([copy.size, copy.snapshot_id], [2, id]);
    await cloud.settle();
    assert.equal(driver.volumes.get(copy.id)?.content, driver.volumes.get(volumeId)?.content);
    await remove(id);
    assert.equal((await call("GET", `/snapshots/${id}`)).status, 404);
    await call("DELETE", `/volumes/${copy.id}`);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("a volume in use needs force before 3.66, and none after", async () => {
    await setStatus("in-use");
    assert.equal((await create()).status, 400);
    assert.equal((await create({ force: false }, { version: "3.66" })).status, 400);
    const forced = (await create({ force: true })).body.snapshot.id;
    const free = (await create({}, { version: "3.66" })).body.snapshot.id;
    await cloud.settle();
    await setStatus("available");
    for (const id of [forced, free]) await remove(id);
  });

  test("a volume with snapshots is deleted with cascade only", async () => {
    const { id: other } = (await call("POST", "/volumes", { body: { volume: { size: 1 } } })).body.volume;
    await cloud.settle();
    for (const name of ["one", "two"]) await made({ volume_id: other, name });
    assert.equal((await call("DELETE", `/volumes/${other}`)).status, 400);
    assert.equal((await call("DELETE", `/volumes/${other}?cascade=True`)).status, 202);
    await cloud.settle();
    assert.equal((await call("GET", `/volumes/${other}`)).status, 404);
    assert.deepEqual((await call("GET", `/snapshots?volume_id=${other}`)).body.snapshots, []);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("a snapshot that fails is in error, leaves nothing and can be deleted", async () => {
    driver.faults.throw("snapshot", new Refused("No room for it."));
    const id = await made();
    assert.equal((await call("GET", `/snapshots/${id}`)).body.snapshot.status, "error");
    assert.deepEqual(await cloud.leftovers(), []);
    await remove(id);
  });

  test("lists are filtered, sorted and paged, and closed to strangers", async () => {
    const ids: string[] = [];
    for (const name of ["b", "a", "c"]) ids.push(await made({ name, metadata: { name } }));
    const names = async (query: string, more: Call = {}) =>
      (await call("GET", `/snapshots/detail?${query}`, more)).body.snapshots.map((it: { name: string }) => it.name);
    assert.deepEqual(await names("sort=name:asc"), ["a", "b", "c"]);
    assert.deepEqual(await names("sort=name:asc&limit=1&offset=1"), ["b"]);
    assert.deepEqual(await names(`sort=name:asc&marker=${ids[1]}`), ["b", "c"]);
    assert.deepEqual(await names("status=error"), []);
    assert.deepEqual(await names(`metadata=${encodeURIComponent('{"name": "c"}')}`, { version: "3.22" }), ["c"]);
    assert.deepEqual(await names("", { as: "stranger" }), []);
    assert.equal((await call("GET", `/snapshots/${ids[0]}`, { as: "stranger" })).status, 404);
    const page = await call("GET", "/snapshots?limit=2");
    assert.match(page.body.snapshots_links[0].href, /limit=2&marker=/);
    for (const id of ids) await remove(id);
  });

  test("metadata is shown, added, replaced and removed", async () => {
    const id = await made({ metadata: { a: "1" } });
    const at = `/snapshots/${id}/metadata`;
    assert.deepEqual((await call("POST", at, { body: { metadata: { b: "2" } } })).body.metadata, { a: "1", b: "2" });
    assert.deepEqual((await call("PUT", at, { body: { metadata: { c: "3" } } })).body.metadata, { c: "3" });
    assert.deepEqual((await call("PUT", `${at}/c`, { body: { meta: { c: "4" } } })).body, { meta: { c: "4" } });
    assert.equal((await call("DELETE", `${at}/c`)).status, 200);
    assert.equal((await call("GET", `${at}/c`)).status, 404);
    await remove(id);
  });

  test("what happens to a snapshot elsewhere is said by action, within bounds", async () => {
    const id = await made();
    const say = (status: string, progress = "80%") =>
      call("POST", `/snapshots/${id}/action`, { body: { "os-update_snapshot_status": { status, progress } } });
    const reset = (status: string) =>
      call("POST", `/snapshots/${id}/action`, { body: { "os-reset_status": { status } }, as: "admin" });
    assert.equal((await say("error")).status, 400);
    assert.equal((await reset("creating")).status, 202);
    assert.equal((await say("deleting")).status, 400);
    assert.equal((await say("available", "101%")).status, 400);
    assert.equal((await say("available")).status, 202);
    const seen = (await call("GET", `/snapshots/${id}`)).body.snapshot;
    assert.deepEqual([seen.status, seen["os-extended-snapshot-attributes:progress"]], ["available", "80%"]);
    await reset("error");
    const forced = await call("POST", `/snapshots/${id}/action`, { body: { "os-force_delete": {} }, as: "admin" });
    assert.equal(forced.status, 202);
    await cloud.settle();
    assert.equal((await call("GET", `/snapshots/${id}`)).status, 404);
  });

  test("the quota of snapshots is kept, and they count as gigabytes", async () => {
    const at = `/volume/v3/os-quota-sets/${cloud.actors.demo.projectId}`;
    await cloud.call("PUT", at, { body: { quota_set: { snapshots: 0 } } });
    const refused = await create();
    assert.equal(refused.status, 413);
    assert.match(refused.body.overLimit.message, /^SnapshotLimitExceeded: .* \(0\)/);
    await cloud.call("PUT", at, { body: { quota_set: { snapshots: 10, gigabytes: 3 } } });
    assert.match((await create()).body.overLimit.message, /Requested 2G, quota is 3G and 2G has been consumed/);
    await cloud.call("DELETE", at);
  });
});

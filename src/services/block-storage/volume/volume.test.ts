import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type SimulatedBlockStorage, simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { blockStorage } from "../service.ts";

suite("volumes", () => {
  let cloud: TestCloud;
  let driver: SimulatedBlockStorage;
  before(async () => {
    driver = simulatedBlockStorage();
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": driver } });
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/volume/v3${path}`, { as: "demo", ...more });
  const create = async (volume: object = {}, more: Call = {}) =>
    (await call("POST", "/volumes", { body: { volume: { size: 1, ...volume } }, ...more })).body.volume;
  const show = async (id: string, version?: string) =>
    (await call("GET", `/volumes/${id}`, { as: "admin", version })).body.volume;
  const remove = async (id: string) => {
    await call("DELETE", `/volumes/${id}?cascade=true`);
    await cloud.settle();
  };

  test("a volume is created, becomes available, and is gone after its deletion", async () => {
    const made = await call("POST", "/volumes", {
      body: { volume: { size: 2, name: " data ", metadata: { a: "b" } } },
    });
    assert.equal(made.status, 202);
    const { id, status, name } = made.body.volume;
    assert.deepEqual([status, name], ["creating", "data"]);
    await cloud.settle();
    const seen = await call("GET", `/volumes/${id}`);
    assert.equal(seen.body.volume.status, "available");
    assert.equal(seen.body.volume.volume_type, "__DEFAULT__");
    assert.equal(seen.body.volume["os-vol-tenant-attr:tenant_id"], cloud.actors.demo.projectId);
    assert.equal(seen.body.volume["os-vol-host-attr:host"], undefined);
    assert.equal(driver.volumes.get(id)?.gib, 2);
    assert.equal((await call("DELETE", `/volumes/${id}`)).status, 202);
    assert.equal((await show(id)).status, "deleting");
    await cloud.settle();
    const gone = await call("GET", `/volumes/${id}`);
    assert.equal(gone.status, 404);
    assert.deepEqual(gone.body, { itemNotFound: { code: 404, message: `Volume ${id} could not be found.` } });
    assert.equal(driver.volumes.size, 0);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("a volume that the storage refuses is in error, leaves nothing behind and can be deleted", async () => {
    driver.faults.throw("create", new Refused("The disk is full."));
    const { id } = await create();
    await cloud.settle();
    assert.equal((await show(id)).status, "error");
    assert.deepEqual(await cloud.leftovers(), []);
    await remove(id);
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
  });

  test("a storage that is away for a while only delays a volume", async () => {
    driver.faults.throw("create", new Unavailable("The storage is away."), 2);
    const { id } = await create();
    await cloud.settle();
    assert.equal((await show(id)).status, "creating");
    for (const time of ["1m", "1m", "2m"]) await cloud.later(time);
    assert.equal((await show(id)).status, "available");
    await remove(id);
  });

  test("a forced deletion stops a creation that hangs; without the right it is refused", async () => {
    driver.faults.hang("create");
    const { id } = await create();
    await cloud.settle();
    assert.equal((await call("DELETE", `/volumes/${id}`)).status, 400);
    assert.equal((await call("DELETE", `/volumes/${id}?force=true`, { version: "3.23" })).status, 403);
    assert.equal((await call("DELETE", `/volumes/${id}?force=true`, { version: "3.23", as: "admin" })).status, 202);
    await cloud.later("1m");
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("views grow with the versions, and administrators see more", async () => {
    const { id } = await create();
    await cloud.settle();
    const [old, newest] = [await show(id), await show(id, "3.70")];
    assert.equal("group_id" in old, false);
    assert.equal(old["os-vol-host-attr:host"], "block-storage@default#volumes");
    for (const field of ["group_id", "provider_id", "shared_targets", "cluster_name", "volume_type_id"])
      assert.ok(field in newest, field);
    assert.equal(newest.consumes_quota, true);
    assert.match(newest.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    await remove(id);
  });

  test("a volume of another project looks absent", async () => {
    const { id } = await create();
    for (const [method, path] of [
      ["GET", ""],
      ["PUT", ""],
      ["DELETE", ""],
      ["GET", "/metadata"],
    ] as const) {
      const body = method === "PUT" ? { volume: { name: "mine" } } : undefined;
      assert.equal((await call(method, `/volumes/${id}${path}`, { as: "stranger", body })).status, 404);
    }
    assert.equal((await call("DELETE", `/volumes/${id}`, { as: "reader" })).status, 403);
    await cloud.settle();
    await remove(id);
  });

  test("lists are filtered, sorted and paged", async () => {
    for (const name of ["one", "two", "three"]) await create({ name, metadata: { of: "list", name } });
    await cloud.settle();
    const names = async (query: string, more: Call = {}) =>
      (await call("GET", `/volumes/detail?${query}`, more)).body.volumes.map((it: { name: string }) => it.name);
    assert.deepEqual(await names("name=two"), ["two"]);
    assert.deepEqual(await names("status=error"), []);
    assert.deepEqual(await names("sort=name:asc"), ["one", "three", "two"]);
    assert.deepEqual(await names(`metadata=${encodeURIComponent("{'name': 'one'}")}`), ["one"]);
    assert.deepEqual(await names("name~=t&sort=name:asc", { version: "3.34" }), ["three", "two"]);
    assert.deepEqual(await names("bootable=true"), []);
    assert.equal((await call("GET", "/volumes?bootable=perhaps", { version: "3.2" })).status, 400);
    assert.deepEqual(await names("", { as: "stranger" }), []);
    assert.equal((await names("all_tenants=1", { as: "admin" })).length, 3);
    const first = await call("GET", "/volumes?sort=name:asc&limit=2&with_count=true", { version: "3.45" });
    assert.equal(first.body.count, 3);
    const next = new URL(first.body.volumes_links[0].href);
    const second = await cloud.call("GET", next.pathname + next.search, { as: "demo" });
    assert.deepEqual(
      second.body.volumes.map((it: { name: string }) => it.name),
      ["two"],
    );
    const { body } = await call("GET", "/volumes/summary", { version: "3.36" });
    assert.equal(body["volume-summary"].total_count, 3);
    assert.deepEqual(body["volume-summary"].metadata.of, ["list"]);
    for (const it of (await call("GET", "/volumes")).body.volumes) await call("DELETE", `/volumes/${it.id}`);
    await cloud.settle();
  });

  test("metadata is shown, added, replaced and removed", async () => {
    const { id } = await create({ metadata: { a: "1" } });
    await cloud.settle();
    const at = `/volumes/${id}/metadata`;
    assert.deepEqual((await call("POST", at, { body: { metadata: { b: "2" } } })).body.metadata, { a: "1", b: "2" });
    assert.deepEqual((await call("PUT", at, { body: { metadata: { c: "3" } } })).body.metadata, { c: "3" });
    assert.deepEqual((await call("PUT", `${at}/c`, { body: { meta: { c: "4" } } })).body, { meta: { c: "4" } });
    assert.equal((await call("PUT", `${at}/c`, { body: { meta: { d: "4" } } })).status, 400);
    assert.deepEqual((await call("GET", `${at}/c`)).body, { meta: { c: "4" } });
    assert.equal((await call("DELETE", `${at}/c`)).status, 200);
    assert.equal((await call("GET", `${at}/c`)).status, 404);
    assert.equal((await call("POST", at, { body: { metadata: { "": "x" } } })).status, 400);
    await remove(id);
  });

  test("a volume grows, but never shrinks, and not while it is held", async () => {
    const { id } = await create();
    await cloud.settle();
    const extend = (new_size: unknown) =>
      call("POST", `/volumes/${id}/action`, { body: { "os-extend": { new_size } }, version: "3.42" });
    assert.equal((await extend(1)).status, 400);
    assert.equal((await extend(0)).status, 400);
    assert.equal((await extend(3)).status, 202);
    assert.equal((await show(id)).status, "extending");
    await cloud.settle();
    assert.deepEqual([(await show(id)).status, (await show(id)).size], ["available", 3]);
    const both = await Promise.all([extend(4), extend(4)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [202, 400]);
    await cloud.settle();
    driver.faults.throw("extend", new Refused("No room."));
    await extend(5);
    await cloud.settle();
    assert.deepEqual([(await show(id)).status, (await show(id)).size], ["error_extending", 4]);
    await remove(id);
  });

  test("copies of volumes and snapshots have what was on them", async () => {
    const { id } = await create({ size: 2 });
    await cloud.settle();
    const copy = await create({ size: undefined, source_volid: id });
    assert.equal(copy.size, 2);
    assert.equal((await call("POST", "/volumes", { body: { volume: { size: 1, source_volid: id } } })).status, 400);
    const unknown = "00000000-0000-4000-8000-000000000000";
    for (const key of ["source_volid", "snapshot_id", "volume_type"])
      assert.equal((await call("POST", "/volumes", { body: { volume: { size: 1, [key]: unknown } } })).status, 404);
    await cloud.settle();
    assert.equal(driver.volumes.get(copy.id)?.content, driver.volumes.get(id)?.content);
    await remove(copy.id);
    await remove(id);
  });

  test("the quota of volumes and of gigabytes is kept, in Cinder's words", async () => {
    const set = (quota_set: object) =>
      cloud.call("PUT", `/volume/v3/os-quota-sets/${cloud.actors.demo.projectId}`, { body: { quota_set } });
    assert.equal((await set({ volumes: 1, gigabytes: 3 })).status, 200);
    const tooBig = await call("POST", "/volumes", { body: { volume: { size: 4 } } });
    assert.equal(tooBig.status, 413);
    assert.match(
      tooBig.body.overLimit.message,
      /^VolumeSizeExceedsAvailableQuota: .* Requested 4G, quota is 3G and 0G/,
    );
    const { id } = await create();
    const tooMany = await call("POST", "/volumes", { body: { volume: { size: 1 } } });
    assert.deepEqual(tooMany.body.overLimit, {
      code: 413,
      message: "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'.",
      retryAfter: "0",
    });
    await cloud.settle();
    const grow = await call("POST", `/volumes/${id}/action`, { body: { "os-extend": { new_size: 9 } } });
    assert.equal(grow.status, 413);
    const { body } = await call("GET", `/os-quota-sets/${cloud.actors.demo.projectId}?usage=true`);
    assert.deepEqual(body.quota_set.volumes, { limit: 1, in_use: 1, reserved: 0 });
    assert.equal((await call("GET", "/limits")).body.limits.absolute.totalGigabytesUsed, 1);
    await remove(id);
    await cloud.call("DELETE", `/volume/v3/os-quota-sets/${cloud.actors.demo.projectId}`);
  });

  test("requests that do not fit are refused with 400", async () => {
    for (const volume of [{ size: 0 }, { size: "-1" }, { size: "#$%" }, {}, { size: 1, metadata: { k: 1 } }])
      assert.equal((await call("POST", "/volumes", { body: { volume } })).status, 400, JSON.stringify(volume));
    const stray = { volume: { size: 1, status: "in-use" } };
    assert.equal((await call("POST", "/volumes", { body: stray, version: "3.53" })).status, 400);
    assert.equal(
      (await call("POST", "/volumes", { body: { volume: { size: 1, availability_zone: "x" } } })).status,
      400,
    );
  });

  test("bootable, read-only and status are set by action", async () => {
    const { id } = await create();
    await cloud.settle();
    const act = (body: object, as = "demo") => call("POST", `/volumes/${id}/action`, { body, as });
    assert.equal((await act({ "os-set_bootable": { bootable: true } })).status, 200);
    assert.equal((await act({ "os-update_readonly_flag": { readonly: true } })).status, 202);
    const seen = await show(id);
    assert.deepEqual([seen.bootable, seen.metadata.readonly], ["true", "True"]);
    assert.equal((await act({ "os-reset_status": { status: "error" } })).status, 403);
    assert.equal((await act({ "os-reset_status": { status: "error" } }, "admin")).status, 202);
    assert.equal((await show(id)).status, "error");
    assert.equal((await act({ "os-reset_status": { status: "strange" } }, "admin")).status, 400);
    assert.equal((await act({ "os-force_delete": {} }, "admin")).status, 202);
    await cloud.settle();
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
  });
});

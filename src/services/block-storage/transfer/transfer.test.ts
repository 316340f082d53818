import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { blockStorage } from "../service.ts";

suite("transfers", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": simulatedBlockStorage() } });
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/volume/v3${path}`, { as: "demo", version: "3.57", ...more });
  const volume = async () => {
    const { id } = (await call("POST", "/volumes", { body: { volume: { size: 1 } } })).body.volume;
    await cloud.settle();
    return id as string;
  };
  const offer = async (volume_id: string, at = "/volume-transfers") =>
    call("POST", at, { body: { transfer: { volume_id, name: "gift" } } });
  const statusOf = async (id: string) => (await call("GET", `/volumes/${id}`, { as: "admin" })).body.volume.status;

  test("a volume goes to the project that knows the key, with its snapshots, once", async () => {
    const id = await volume();
    const { snapshot } = (await call("POST", "/snapshots", { body: { snapshot: { volume_id: id } } })).body;
    await cloud.settle();
    const made = await offer(id);
    assert.equal(made.status, 202);
    const { transfer } = made.body;
    assert.equal(await statusOf(id), "awaiting-transfer");
    assert.equal((await call("DELETE", `/volumes/${id}`)).status, 400);
    assert.equal((await offer(id)).status, 400);
    const accept = (auth_key: string) =>
      call("POST", `/volume-transfers/${transfer.id}/accept`, { as: "stranger", body: { accept: { auth_key } } });
    assert.equal((await accept("wrong")).status, 400);
    assert.equal((await accept(transfer.auth_key)).status, 202);
    assert.equal((await accept(transfer.auth_key)).status, 404);
    const seen = (await call("GET", `/volumes/${id}`, { as: "stranger" })).body.volume;
    const { projectId, userId } = cloud.actors.stranger;
    assert.deepEqual(
      [seen.status, seen.user_id, seen["os-vol-tenant-attr:tenant_id"]],
      ["available", userId, projectId],
    );
    assert.equal((await call("GET", `/snapshots/${snapshot.id}`, { as: "stranger" })).status, 200);
    assert.equal((await call("GET", `/volumes/${id}`)).status, 404);
    await call("DELETE", `/volumes/${id}?cascade=true`, { as: "stranger" });
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("a transfer is shown without its key, to its project only, and can be taken back", async () => {
    const id = await volume();
    const { transfer } = (await offer(id, "/os-volume-transfer")).body;
    const at = `/os-volume-transfer/${transfer.id}`;
    const shown = (await call("GET", at)).body.transfer;
    assert.deepEqual([shown.name, shown.accepted, "auth_key" in shown], ["gift", false, false]);
    assert.equal((await call("GET", at, { as: "stranger" })).status, 404);
    const listed = await call("GET", "/os-volume-transfer/detail");
    assert.deepEqual(
      listed.body.transfers.map((it: { id: string }) => it.id),
      [transfer.id],
    );
    assert.deepEqual((await call("GET", "/os-volume-transfer", { as: "stranger" })).body.transfers, []);
    assert.equal((await call("GET", `/volume-transfers/${transfer.id}`, { version: "3.54" })).status, 404);
    assert.equal((await call("DELETE", at)).status, 202);
    assert.equal(await statusOf(id), "available");
    await call("DELETE", `/volumes/${id}`);
    await cloud.settle();
  });

  test("the quota of the project that accepts is kept, and the volume stays where it was", async () => {
    const id = await volume();
    const { transfer } = (await offer(id)).body;
    const quota = `/volume/v3/os-quota-sets/${cloud.actors.stranger.projectId}`;
    await cloud.call("PUT", quota, { body: { quota_set: { volumes: 0 } } });
    const accept = { accept: { auth_key: transfer.auth_key } };
    const refused = await call("POST", `/volume-transfers/${transfer.id}/accept`, { as: "stranger", body: accept });
    assert.equal(refused.status, 413);
    assert.equal(await statusOf(id), "awaiting-transfer");
    await cloud.call("DELETE", quota);
    await call("DELETE", `/volume-transfers/${transfer.id}`);
    await call("DELETE", `/volumes/${id}`);
    await cloud.settle();
  });
});

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { setQuotaLimits } from "#platform/store/quota.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "./service.ts";

const bytes = { "content-type": "application/octet-stream" };
const mebibyte = Buffer.alloc(2 ** 20, 7);

describe("images' limits", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/image/v2${path}`, { as: "demo", body, ...more });
  const limit = (limits: Record<string, number>) =>
    cloud.world("image").write((tx) => setQuotaLimits(tx, "image", cloud.actors.demo.projectId!, limits));
  const create = () => ask("POST", "/images", { disk_format: "raw", container_format: "bare" });
  const put = (id: string, what: "file" | "stage") => ask("PUT", `/images/${id}/${what}`, mebibyte, { headers: bytes });
  const made = async () => (await create()).body.id as string;

  test("count images, their bytes, those that are staged and those that come in", async () => {
    const { usage } = (await ask("GET", "/info/usage")).body;
    assert.deepEqual(usage.image_count_total, { limit: -1, usage: 0 });
    await limit({ image_count_total: 1 });
    const first = await made();
    const over = await create();
    assert.equal(over.status, 413);
    assert.match(over.text, /image_count_total is over limit of 1/);
    await limit({ image_count_total: 10, image_size_total: 1 });
    assert.equal((await put(first, "file")).status, 204);
    const second = await made();
    assert.equal((await put(second, "file")).status, 204);
    const third = await made();
    assert.equal((await put(third, "file")).status, 413);
    assert.equal((await ask("GET", `/images/${third}`)).body.status, "queued");
    await limit({ image_size_total: 10, image_stage_total: 0, image_count_uploading: 1 });
    assert.equal((await put(third, "stage")).status, 204);
    const fourth = await made();
    assert.equal((await put(fourth, "stage")).status, 413);
    assert.equal((await put(fourth, "file")).status, 413);
    const now = (await ask("GET", "/info/usage")).body.usage;
    assert.deepEqual(now.image_count_uploading, { limit: 1, usage: 1 });
    assert.deepEqual([now.image_size_total.usage, now.image_stage_total.usage], [2, 1]);
    const bring = () => ask("POST", `/images/${third}/import`, { method: { name: "glance-direct" } });
    await limit({ image_size_total: 1 });
    assert.equal((await bring()).status, 413);
    await limit({ image_size_total: 10 });
    assert.equal((await bring()).status, 202);
    await cloud.settle();
    assert.equal((await put(fourth, "file")).status, 204);
  });
});

describe("images whose deletion waits", () => {
  let cloud: TestCloud;
  before(async () => {
    const settings = { "image-delayed-delete": 3600 };
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() }, settings });
  });
  after(() => cloud.stop());

  async function active() {
    const { body } = await cloud.call("POST", "/image/v2/images", {
      as: "demo",
      body: { disk_format: "raw", container_format: "bare" },
    });
    const path = `/image/v2/images/${body.id}`;
    await cloud.call("PUT", `${path}/file`, { as: "demo", body: Buffer.from("x"), headers: bytes });
    return path;
  }

  test("are gone for their owner, can be restored in time, and go for good after that", async () => {
    const path = await active();
    assert.equal((await cloud.call("DELETE", path, { as: "demo" })).status, 204);
    assert.equal((await cloud.call("GET", path, { as: "demo" })).status, 404);
    assert.equal((await cloud.call("GET", path)).body.status, "pending_delete");
    const listed = await cloud.call("GET", "/image/v2/images?status=pending_delete");
    assert.equal(listed.body.images.length, 1);
    assert.equal((await cloud.call("GET", "/image/v2/images")).body.images.length, 0);
    assert.equal((await cloud.call("POST", `${path}/actions/restore`, { as: "demo" })).status, 404);
    assert.equal((await cloud.call("POST", `${path}/actions/restore`)).status, 204);
    assert.equal((await cloud.call("POST", `${path}/actions/restore`)).status, 409);
    assert.equal((await cloud.call("GET", `${path}/file`, { as: "demo" })).text, "x");
    await cloud.call("DELETE", path, { as: "demo" });
    await cloud.later("59m");
    await cloud.runLoop("image.image.scrub");
    assert.equal((await cloud.call("GET", path)).status, 200);
    await cloud.later("2m");
    await cloud.runLoop("image.image.scrub");
    await cloud.settle();
    assert.equal((await cloud.call("GET", path)).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("that have no bytes go at once", async () => {
    const { body } = await cloud.call("POST", "/image/v2/images", { as: "demo", body: {} });
    await cloud.call("DELETE", `/image/v2/images/${body.id}`, { as: "demo" });
    assert.equal((await cloud.call("GET", `/image/v2/images/${body.id}`)).status, 404);
  });
});

test("a token for the system opens no images", async () => {
  const system = { ...(await actorOf()), projectId: undefined, system: true };
  const cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() }, people: { system } });
  const { body } = await cloud.call("POST", "/image/v2/images", { body: { visibility: "public" } });
  assert.equal((await cloud.call("POST", "/image/v2/images", { as: "system", body: {} })).status, 403);
  assert.equal((await cloud.call("GET", `/image/v2/images/${body.id}`, { as: "system" })).status, 404);
  assert.equal((await cloud.call("GET", "/image/v2/metadefs/namespaces", { as: "system" })).status, 403);
  await cloud.stop();
});

async function actorOf() {
  const cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
  await cloud.stop();
  return cloud.actors.admin;
}

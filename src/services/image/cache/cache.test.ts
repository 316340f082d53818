import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "../service.ts";

describe("images near at hand", () => {
  let cloud: TestCloud;
  const driver = simulatedImages();
  before(async () => {
    const cache = { ...driver.cache!, limitBytes: 6 };
    cloud = await testCloud({ services: [image], drivers: { image: { ...driver, cache } } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, more: Call = {}) => cloud.call(method, `/image/v2${path}`, more);
  async function active(content: string) {
    const { id } = (await ask("POST", "/images", { body: { disk_format: "raw", container_format: "bare" } })).body;
    const headers = { "content-type": "application/octet-stream" };
    await ask("PUT", `/images/${id}/file`, { body: Buffer.from(content), headers });
    return id as string;
  }
  const cached = async () =>
    (await ask("GET", "/cache")).body.cached_images.map(({ image_id }: { image_id: string }) => image_id);

  test("are queued, brought, counted when they are read, and dropped", async () => {
    assert.equal((await ask("GET", "/cache", { as: "demo" })).status, 403);
    assert.equal((await ask("PUT", "/cache/none")).status, 404);
    const queued = (await ask("POST", "/images", { body: {} })).body.id;
    assert.equal((await ask("PUT", `/cache/${queued}`)).status, 400);
    const id = await active("one");
    assert.equal((await ask("PUT", `/cache/${id}`)).status, 202);
    assert.deepEqual((await ask("GET", "/cache")).body, { cached_images: [], queued_images: [id] });
    await cloud.settle();
    assert.equal((await ask("GET", `/images/${id}/file`)).text, "one");
    const [it] = (await ask("GET", "/cache")).body.cached_images;
    assert.deepEqual([it.image_id, it.size, it.hits], [id, 3, 1]);
    assert.equal((await ask("DELETE", `/cache/${id}`)).status, 204);
    await cloud.settle();
    assert.deepEqual([await cached(), await driver.cache!.list()], [[], []]);
  });

  test("are cleared, all or those of one kind", async () => {
    const id = await active("two");
    await ask("PUT", `/cache/${id}`);
    await cloud.settle();
    const clear = (target: string) => ask("DELETE", "/cache", { headers: { "x-image-cache-clear-target": target } });
    assert.equal((await clear("invalid")).status, 400);
    assert.equal((await clear("queue")).status, 204);
    assert.deepEqual(await cached(), [id]);
    assert.equal((await ask("DELETE", "/cache")).status, 204);
    assert.deepEqual(await cached(), []);
  });

  test("make room for others, the longest unread first, and go with their image", async () => {
    const ids = [];
    for (const content of ["aaa", "bbb", "ccc"]) {
      ids.push(await active(content));
      await ask("PUT", `/cache/${ids.at(-1)}`);
      await cloud.settle();
      await cloud.later("1s");
    }
    const pruned = await ask("POST", "/cache/prune");
    assert.deepEqual(pruned.body, { total_files_pruned: 1, total_bytes_pruned: 3 });
    assert.deepEqual(await cached(), ids.slice(1));
    await ask("DELETE", `/images/${ids[1]}`);
    await cloud.settle();
    assert.deepEqual([await cached(), await driver.cache!.list()], [[ids[2]], [ids[2]]]);
  });

  test("that nobody knows of are cleaned away", async () => {
    const id = await active("ddd");
    await driver.cache!.fetch("unknown", { store: "memory", key: await keyOf(id) }, { limitBytes: 9 });
    assert.equal((await ask("POST", "/cache/clean")).status, 200);
    assert.ok(!(await driver.cache!.list()).includes("unknown"));
  });

  async function keyOf(id: string) {
    const { rows } = await cloud.database.pool.query("select key from image_places where image_id = $1", [id]);
    return rows[0].key as string;
  }
});

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, test } from "node:test";
import { fileImages } from "#drivers/image/stores/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "./service.ts";

describe("uploads that end badly", () => {
  let cloud: TestCloud;
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-uploads-"));
    cloud = await testCloud({ services: [image], drivers: { image: fileImages({ dir }) } });
    await cloud.spine.door.listen({ port: 0, host: "127.0.0.1" });
  });
  after(async () => {
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  async function queued(): Promise<string> {
    const body = { disk_format: "raw", container_format: "bare" };
    return (await cloud.call("POST", "/image/v2/images", { body })).body.id;
  }
  const status = async (id: string) => (await cloud.call("GET", `/image/v2/images/${id}`)).body.status;

  /** A request that sends some bytes and then nothing. */
  function begin(id: string) {
    const { port } = cloud.spine.door.server.address() as AddressInfo;
    const it = request({
      port,
      method: "PUT",
      path: `/image/v2/images/${id}/file`,
      headers: { "x-auth-token": "test:admin", "content-type": "application/octet-stream" },
    });
    it.on("error", () => {});
    it.write(Buffer.alloc(2 * 1024 * 1024));
    return it;
  }
  async function until(holds: () => Promise<boolean>) {
    while (!(await holds())) await new Promise((then) => setImmediate(then));
  }

  test("a client that goes away leaves the image queued and no bytes", async () => {
    const id = await queued();
    const it = begin(id);
    await until(async () => (await readdir(dir)).length === 1);
    assert.equal(await status(id), "saving");
    it.destroy();
    await until(async () => (await status(id)) === "queued");
    assert.deepEqual(await readdir(dir), []);
  });

  test("bytes of a process that was killed are removed, and the image is queued again", async () => {
    const id = await queued();
    await cloud
      .world("image")
      .write((tx) =>
        tx.db
          .updateTable("imageImages")
          .set({ status: "saving", uploadId: "killed", uploadStore: "file", uploadAt: tx.now })
          .where("id", "=", id)
          .execute(),
      );
    const hanging = new PassThrough();
    const put = cloud.drivers.image.put({ store: "file", key: "killed" }, hanging, { limitBytes: 2 ** 30 });
    hanging.write(Buffer.alloc(2 * 1024 * 1024));
    await until(async () => (await readdir(dir)).includes("killed.part"));
    await cloud.later("6m");
    await cloud.runLoop("image.image.uploads");
    assert.equal(await status(id), "queued");
    assert.deepEqual(await readdir(dir), []);
    hanging.destroy(new Error("the end of the test"));
    await assert.rejects(put);
  });

  test("an image that is deleted while its bytes come in leaves none", async () => {
    const id = await queued();
    const it = begin(id);
    await until(async () => (await readdir(dir)).length === 1);
    assert.equal((await cloud.call("DELETE", `/image/v2/images/${id}`)).status, 204);
    await cloud.settle();
    const answered = new Promise<number | undefined>((then) => it.once("response", (its) => then(its.statusCode)));
    it.end();
    assert.equal(await answered, 410);
    assert.deepEqual(await readdir(dir), []);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("of two uploads to one image only one gets it", async () => {
    const id = await queued();
    const put = () =>
      cloud.call("PUT", `/image/v2/images/${id}/file`, {
        body: Buffer.from("x"),
        headers: { "content-type": "application/octet-stream" },
      });
    const statuses = (await Promise.all([put(), put()])).map((it) => it.status).sort();
    assert.deepEqual(statuses, [204, 409]);
    assert.equal((await readdir(dir)).length, 1);
  });
});

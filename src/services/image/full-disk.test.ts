import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileImages } from "#drivers/image/stores/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "./service.ts";

const root = process.getuid?.() === 0;

/** Four mebibytes of a real file system. */
describe("a full disk", { skip: !root }, () => {
  let cloud: TestCloud;
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", dir]);
    cloud = await testCloud({ services: [image], drivers: { image: fileImages({ dir, keepFreeBytes: 0 }) } });
  });
  after(async () => {
    await cloud?.stop();
    execFileSync("umount", [dir]);
    await rm(dir, { recursive: true });
  });

  async function queued(): Promise<string> {
    const body = { disk_format: "raw", container_format: "bare" };
    return `/image/v2/images/${(await cloud.call("POST", "/image/v2/images", { body })).body.id}`;
  }
  const send = (at: string, way: string, mebibytes: number, byte = 1) =>
    cloud.call("PUT", `${at}/${way}`, {
      body: Buffer.alloc(mebibytes * 2 ** 20, byte),
      headers: { "content-type": "application/octet-stream" },
    });

  test("refuses an upload and a staging with 413 and a sentence, and keeps nothing of them", async () => {
    for (const way of ["file", "stage"]) {
      const at = await queued();
      const { status, text } = await send(at, way, 8);
      assert.equal(status, 413, text);
      assert.match(text, /Image storage media is full/);
      assert.equal((await cloud.call("GET", at)).body.status, "queued");
      assert.deepEqual(await cloud.leftovers(), []);
    }
  });

  test("harms nothing that is there, and takes what fits afterwards", async () => {
    const small = await queued();
    assert.equal((await send(small, "file", 1, 7)).status, 204);
    const large = await queued();
    assert.equal((await send(large, "file", 8)).status, 413);
    const { text } = await cloud.call("GET", `${small}/file`);
    assert.equal(text, "\x07".repeat(2 ** 20));
    assert.equal((await send(large, "file", 2)).status, 204);
    for (const at of [small, large]) assert.equal((await cloud.call("DELETE", at)).status, 204);
    await cloud.settle();
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name !== "staging"),
      [],
    );
  });
});

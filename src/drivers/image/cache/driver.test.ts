import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { ImageDriver } from "#services/image/driver.ts";
import { imageCache } from "./driver.ts";

const dirs: string[] = [];
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

const far = (open: ImageDriver["open"]) => ({ open, locate: async () => "s3://far/a" }) as unknown as ImageDriver;
const at = { store: "far", key: "a" };
const bounds = { limitBytes: 100 };
async function folder() {
  const dir = await mkdtemp(join(tmpdir(), "crunch-cache-"));
  dirs.push(dir);
  return dir;
}

test("a copy near at hand is whole, in any range, until it is dropped", async () => {
  const cache = imageCache(
    far(async () => Readable.from([Buffer.from("hello")])),
    { dir: await folder() },
  );
  await assert.rejects(cache.open("a"), Gone);
  assert.equal(await cache.fetch("a", at, bounds), 5);
  assert.equal(await cache.fetch("a", at, bounds), 5);
  const parts: string[] = [];
  for await (const part of await cache.open("a", { start: 1, end: 3 })) parts.push(String(part));
  assert.deepEqual([parts.join(""), await cache.list()], ["ell", ["a"]]);
  await cache.drop("a");
  await cache.drop("a");
  assert.deepEqual(await cache.list(), []);
  await assert.rejects(cache.fetch("../a", at, bounds), Refused);
});

test("a copy that breaks off leaves nothing", async () => {
  const dir = await folder();
  const broken = async () =>
    Readable.from(
      (function* () {
        yield Buffer.from("half");
        throw new Error("cut");
      })(),
    );
  await assert.rejects(imageCache(far(broken), { dir }).fetch("a", at, bounds), /cut/);
  assert.deepEqual(await readdir(dir), []);
});

import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { imageDriverLaws } from "#services/image/driver.laws.ts";
import { fileImages } from "./driver.ts";

const at = (key: string) => ({ store: "file", key });
const dirs: string[] = [];
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

async function empty(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "crunch-images-"));
  dirs.push(dir);
  return dir;
}

imageDriverLaws("a directory", async () => fileImages({ dir: await empty() }));

test("guests' processes may read an image's file, and nobody may write it", async () => {
  const driver = fileImages({ dir: await empty() });
  await driver.put(at("a"), Readable.from([Buffer.from("x")]), { limitBytes: 10 });
  assert.equal((await stat(await driver.locate(at("a")))).mode & 0o777, 0o444);
});

test("a disk that would become too full refuses, and keeps nothing", async () => {
  const driver = fileImages({ dir: await empty(), keepFreeBytes: Number.MAX_SAFE_INTEGER });
  await assert.rejects(driver.put(at("a"), Readable.from([Buffer.from("x")]), { limitBytes: 10 }), Refused);
  assert.deepEqual(await driver.traces(), []);
});

test("a name that is a path is refused", async () => {
  const driver = fileImages({ dir: await empty() });
  await assert.rejects(driver.locate(at("../etc/passwd")), Refused);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { registryDriverLaws } from "#services/container-registry/driver.laws.ts";
import { Full } from "#services/container-registry/driver.ts";
import { fileRegistry } from "./driver.ts";

const dirs: string[] = [];
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

async function folder() {
  const dir = await mkdtemp(join(tmpdir(), "crunch-registry-"));
  dirs.push(dir);
  return dir;
}

registryDriverLaws("a folder", async () => fileRegistry({ dir: await folder(), keepFreeBytes: 0 }));

test("a program that did not see the first chunks hashes them all the same", async () => {
  const dir = await folder();
  const one = fileRegistry({ dir, keepFreeBytes: 0 });
  await one.append("a", 0, Readable.from([Buffer.from("hello ")]), { limitBytes: 100 });
  const whole = await one.append("b", 0, Readable.from([Buffer.from("hello world")]), { limitBytes: 100 });
  const other = fileRegistry({ dir, keepFreeBytes: 0 });
  const size = await other.append("a", 6, Readable.from([Buffer.from("world")]), { limitBytes: 100 });
  const more = { sha512: false };
  assert.deepEqual(await other.seal("a", size, more), await one.seal("b", whole, more));
});

test("a key is a name in the folder, and never a way out of it", async () => {
  const driver = fileRegistry({ dir: await folder(), keepFreeBytes: 0 });
  await assert.rejects(driver.open("../outside"), Refused);
});

test("a disk without room says so", async () => {
  const driver = fileRegistry({ dir: await folder(), keepFreeBytes: 2 ** 60 });
  await assert.rejects(driver.append("a", 0, Readable.from([Buffer.from("x")]), { limitBytes: 100 }), Full);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { artifactStores } from "#drivers/artifact/stores/driver.ts";
import { fileImages } from "#drivers/image/stores/driver.ts";
import { Refused } from "#platform/service/driver.ts";
import { artifactDriverLaws } from "./driver.laws.ts";
import { TooLarge } from "./driver.ts";

const dirs: string[] = [];
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

async function empty(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "crunch-artifacts-"));
  dirs.push(dir);
  return dir;
}

artifactDriverLaws("a directory", async () => artifactStores(fileImages({ dir: await empty() })));

test("a disk that would become too full refuses, and not as if the data were too large", async () => {
  const driver = artifactStores(fileImages({ dir: await empty(), keepFreeBytes: Number.MAX_SAFE_INTEGER }));
  const at = { store: driver.defaultStore, key: "a" };
  const put = driver.put(at, Readable.from([Buffer.from("x")]), { limitBytes: 10 });
  await assert.rejects(put, (why) => why instanceof Refused && !(why instanceof TooLarge));
  assert.deepEqual(await driver.traces(), []);
});

import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readTail, shortenLog } from "./console.ts";
import { type GuestFiles, layoutOf } from "./layout.ts";

const folder = await mkdtemp(join(tmpdir(), "console-"));
after(() => rm(folder, { recursive: true }));

test("the last lines are given, however the last one ends", async () => {
  const files = await newFiles("lines");
  assert.equal(await readTail(files), "");
  await writeFile(files.log, "one\ntwo\nthree\n");
  assert.equal(await readTail(files), "one\ntwo\nthree\n");
  assert.equal(await readTail(files, 2), "two\nthree");
  await appendFile(files.log, "login: ");
  assert.equal(await readTail(files, 2), "three\nlogin: ");
});

test("a log that has grown too long keeps its last mebibyte", async () => {
  const files = await newFiles("long");
  await writeFile(files.log, `${"x".repeat(9 * 2 ** 20)}\nthe end\n`);
  await shortenLog(files);
  assert.equal((await stat(files.log)).size, 2 ** 20);
  assert.equal(await readTail(files, 1), "the end");
});

test("a link that the guest put in its log's place leads nowhere", async () => {
  const files = await newFiles("link");
  await symlink("/etc/passwd", files.log);
  await assert.rejects(readTail(files), { code: "ELOOP" });
});

async function newFiles(id: string): Promise<GuestFiles> {
  const files = layoutOf(folder).of(id);
  await mkdir(files.run, { recursive: true });
  return files;
}

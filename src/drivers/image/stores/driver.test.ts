import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readlink, rm, stat, statfs } from "node:fs/promises";
import { createServer, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { after, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { imageDriverLaws } from "#services/image/driver.laws.ts";
import { beatEvery } from "#services/image/driver.ts";
import { configuredImages } from "./configured.ts";
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

test("zeroes take no room", async () => {
  const driver = fileImages({ dir: await empty() });
  const bytes = Buffer.alloc(8 * 1024 * 1024);
  bytes.write("in the midst", 4 * 1024 * 1024 + 5);
  await driver.put(at("a"), Readable.from([bytes]), { limitBytes: 2 ** 30 });
  const { size, blocks } = await stat(await driver.locate(at("a")));
  assert.equal(size, bytes.length);
  assert.ok(blocks * 512 < 1024 * 1024, `${blocks} blocks`);
  assert.ok(bytes.equals(await all(await driver.open(at("a")))));
});

test("what is piped arrives whole, and its file is closed, also when the reader goes away", async () => {
  const driver = fileImages({ dir: await empty() });
  const bytes = Buffer.from(Array.from({ length: 3_000_001 }, (_, i) => i % 251));
  await driver.put(at("a"), Readable.from([bytes]), { limitBytes: 2 ** 30 });
  const path = await driver.locate(at("a"));
  const sources: Readable[] = [];
  const server = createServer(async (_, answer) => {
    const source = await driver.open(at("a"), { start: 1, end: bytes.length - 1 });
    sources.push(source);
    source.pipe(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const ask = async () => (await once(get(server.address() as object), "response"))[0] as IncomingMessage;
  assert.ok(bytes.subarray(1).equals(await all(await ask())));
  (await ask()).destroy();
  server.close();
  for (const source of sources) if (!source.closed) await once(source, "close");
  assert.deepEqual([sources.length, await openedOf(path)], [2, 0]);
});

async function openedOf(path: string): Promise<number> {
  const fds = await readdir("/proc/self/fd");
  const paths = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return paths.filter((it) => it === path).length;
}

async function all(bytes: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

test("bytes that come in give a sign of life again and again, also while none come", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const driver = fileImages({ dir: await empty() });
  const slow = new PassThrough();
  let beats = 0;
  const beat = async () => void beats++;
  const put = driver.put(at("a"), slow, { limitBytes: 10, beat });
  mock.timers.tick(3 * beatEvery);
  assert.equal(beats, 3);
  slow.end("x");
  await put;
  mock.timers.tick(beatEvery);
  assert.equal(beats, 3);
});

const canMount = process.getuid?.() === 0 && existsSync("/usr/sbin/mkfs.xfs");

test("two stores on a disk that can share blocks share them", { skip: !canMount }, async () => {
  const dir = await empty();
  const [file, place] = [join(dir, "xfs"), join(dir, "mounted")];
  await mkdir(place);
  execFileSync("truncate", ["-s", "400M", file]);
  execFileSync("mkfs.xfs", ["-q", file]);
  execFileSync("mount", ["-o", "loop", file, place]);
  try {
    const second = { id: "second", type: "file", dir: join(place, "second") } as const;
    const driver = configuredImages(join(place, "first"), { "image-stores": [second] });
    const bytes = Buffer.alloc(32 * 2 ** 20, "shared ");
    const expect = await driver.put(at("a"), Readable.from([bytes]), { limitBytes: 2 ** 30 });
    const free = async () => (await statfs(place)).bfree * 4096;
    const before = await free();
    const to = { store: "second", key: "b" };
    await driver.copy(at("a"), to, { expect, limitBytes: 2 ** 30 });
    assert.ok(before - (await free()) < 2 ** 20);
    await driver.delete(at("a"));
    assert.ok(bytes.equals(await all(await driver.open(to))));
  } finally {
    execFileSync("umount", [place]);
  }
});

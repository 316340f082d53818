import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { Gone, Refused } from "#platform/service/driver.ts";
import { defaultStore, type ImageDriver } from "./driver.ts";

/** A place in the default store, by its letter. */
const places = (driver: ImageDriver) => (key: string) => ({ store: defaultStore(driver).id, key });
const limitBytes = 64 * 1024 * 1024;

/** What every store of image bytes must do. `make` gives an empty one. */
export function imageDriverLaws(name: string, make: () => Promise<ImageDriver> | ImageDriver) {
  describe(`${name} keeps images`, () => {
    test("what is put comes back, with its size and its hashes", async () => {
      const driver = await make();
      const at = places(driver);
      const bytes = some(3 * 1024 * 1024 + 17);
      const stored = await driver.put(at("a"), stream(bytes), { limitBytes });
      assert.deepEqual(stored, { sizeBytes: bytes.length, md5: hash("md5", bytes), sha512: hash("sha512", bytes) });
      assert.ok(bytes.equals(await all(await driver.open(at("a")))));
      assert.match(await driver.locate(at("a")), /\ba(\/snap)?$/);
    });

    test("a range has its first and its last byte", async () => {
      const driver = await make();
      const at = places(driver);
      const bytes = some(5000);
      await driver.put(at("a"), stream(bytes), { limitBytes });
      assert.ok(bytes.subarray(100, 201).equals(await all(await driver.open(at("a"), { start: 100, end: 200 }))));
    });

    test("an image may have no bytes", async () => {
      const driver = await make();
      const at = places(driver);
      assert.equal((await driver.put(at("a"), stream(Buffer.alloc(0)), { limitBytes })).sizeBytes, 0);
      assert.equal((await all(await driver.open(at("a")))).length, 0);
    });

    test("a second put of the same name replaces the first", async () => {
      const driver = await make();
      const at = places(driver);
      await driver.put(at("a"), stream(some(100)), { limitBytes });
      await driver.put(at("a"), stream(some(200)), { limitBytes });
      assert.equal((await all(await driver.open(at("a")))).length, 200);
    });

    test("what is cut leaves nothing behind", async () => {
      const driver = await make();
      const at = places(driver);
      const cut = Readable.from(brokenAfter(some(2 * 1024 * 1024)), { objectMode: false });
      await assert.rejects(driver.put(at("a"), cut, { limitBytes }), /cut off/);
      assert.deepEqual(await driver.traces(), []);
      await assert.rejects(driver.open(at("a")), Gone);
    });

    test("what is too large is refused and leaves nothing behind", async () => {
      const driver = await make();
      const at = places(driver);
      await assert.rejects(driver.put(at("a"), stream(some(3 * 1024 * 1024)), { limitBytes: 1024 * 1024 }), Refused);
      assert.deepEqual(await driver.traces(), []);
    });

    test("what is aborted leaves nothing behind", async () => {
      const driver = await make();
      const at = places(driver);
      const stop = new AbortController();
      const bytes = Readable.from(stopping(stop, some(2 * 1024 * 1024)), { objectMode: false });
      await assert.rejects(driver.put(at("a"), bytes, { limitBytes, signal: stop.signal }));
      assert.deepEqual(await driver.traces(), []);
    });

    test("what is deleted is gone, and may be deleted again", async () => {
      const driver = await make();
      const at = places(driver);
      await driver.put(at("a"), stream(some(10)), { limitBytes });
      await driver.delete(at("a"));
      await driver.delete(at("a"));
      await assert.rejects(driver.open(at("a")), Gone);
      await assert.rejects(driver.locate(at("a")), Gone);
      assert.deepEqual(await driver.traces(), []);
    });

    test("every image is a trace", async () => {
      const driver = await make();
      const at = places(driver);
      await driver.put(at("a"), stream(some(10)), { limitBytes });
      await driver.put(at("b"), stream(some(10)), { limitBytes });
      assert.deepEqual((await driver.traces()).map(({ subject }) => subject).sort(), ["a", "b"]);
    });
  });
}

const pattern = Buffer.from(Array.from({ length: 251 }, (_, i) => i));

function some(length: number): Buffer {
  return Buffer.alloc(length, pattern);
}

function stream(bytes: Buffer): Readable {
  return Readable.from(pieces(bytes), { objectMode: false });
}

function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
}

function* brokenAfter(bytes: Buffer) {
  yield* pieces(bytes);
  throw new Error("cut off");
}

function* stopping(stop: AbortController, bytes: Buffer) {
  yield* pieces(bytes);
  stop.abort();
  yield bytes;
}

async function all(bytes: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function hash(name: string, bytes: Buffer): string {
  return createHash(name).update(bytes).digest("hex");
}

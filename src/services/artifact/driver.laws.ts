import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { Gone, Refused } from "#platform/service/driver.ts";
import { type ArtifactDriver, TooLarge } from "./driver.ts";

const limitBytes = 64 * 1024 * 1024;

/** What every keeper of artifacts' bytes must do. `make` gives an empty one. */
export function artifactDriverLaws(name: string, make: () => Promise<ArtifactDriver> | ArtifactDriver) {
  const begin = async () => {
    const driver = await make();
    return { driver, at: (key: string) => ({ store: driver.defaultStore, key }) };
  };
  describe(`${name} keeps artifacts' bytes`, () => {
    test("what is put comes back, with its size and its hashes", async () => {
      const { driver, at } = await begin();
      const bytes = some(3 * 1024 * 1024 + 17);
      const stored = await driver.put(at("a"), stream(bytes), { limitBytes });
      const hash = (name: string) => createHash(name).update(bytes).digest("hex");
      const hashes = { md5: hash("md5"), sha1: hash("sha1"), sha256: hash("sha256"), sha512: hash("sha512") };
      assert.deepEqual(stored, { sizeBytes: bytes.length, ...hashes });
      assert.ok(bytes.equals(await all(await driver.open(at("a")))));
    });

    test("a range has its first and its last byte", async () => {
      const { driver, at } = await begin();
      const bytes = some(5000);
      await driver.put(at("a"), stream(bytes), { limitBytes });
      assert.ok(bytes.subarray(100, 201).equals(await all(await driver.open(at("a"), { start: 100, end: 200 }))));
    });

    test("there may be no bytes at all", async () => {
      const { driver, at } = await begin();
      const stored = await driver.put(at("a"), stream(Buffer.alloc(0)), { limitBytes });
      assert.equal(stored.sizeBytes, 0);
      assert.equal(stored.sha256, createHash("sha256").digest("hex"));
      assert.equal((await all(await driver.open(at("a")))).length, 0);
    });

    test("what is cut leaves nothing behind", async () => {
      const { driver, at } = await begin();
      const cut = Readable.from(brokenAfter(some(2 * 1024 * 1024)), { objectMode: false });
      await assert.rejects(driver.put(at("a"), cut, { limitBytes }), /cut off/);
      assert.deepEqual(await driver.traces(), []);
      await assert.rejects(driver.open(at("a")), Gone);
    });

    test("what is too large is refused as that, and leaves nothing behind", async () => {
      const { driver, at } = await begin();
      await assert.rejects(driver.put(at("a"), stream(some(3000)), { limitBytes: 2999 }), TooLarge);
      assert.deepEqual(await driver.traces(), []);
      assert.equal((await driver.put(at("a"), stream(some(3000)), { limitBytes: 3000 })).sizeBytes, 3000);
    });

    test("what is aborted, and what an onlooker stops, leaves nothing behind", async () => {
      const { driver, at } = await begin();
      const stop = new AbortController();
      const bytes = Readable.from(stopping(stop, some(2 * 1024 * 1024)), { objectMode: false });
      await assert.rejects(driver.put(at("a"), bytes, { limitBytes, signal: stop.signal }));
      const look = () => {
        throw new Error("seen enough");
      };
      await assert.rejects(driver.put(at("b"), stream(some(10)), { limitBytes, look }), /seen enough/);
      assert.deepEqual(await driver.traces(), []);
    });

    test("what is deleted is gone, and may be deleted again", async () => {
      const { driver, at } = await begin();
      await driver.put(at("a"), stream(some(10)), { limitBytes });
      await driver.delete(at("a"));
      await driver.delete(at("a"));
      await assert.rejects(driver.open(at("a")), Gone);
      assert.deepEqual(await driver.traces(), []);
    });

    test("all bytes are traces, by their places", async () => {
      const { driver, at } = await begin();
      await driver.put(at("a"), stream(some(10)), { limitBytes });
      await driver.put(at("b"), stream(some(10)), { limitBytes });
      const places = (await driver.traces()).map(({ store, key }) => ({ store, key }));
      assert.deepEqual(
        places.sort((one, other) => one.key.localeCompare(other.key)),
        [at("a"), at("b")],
      );
    });

    test("a name that is a path is refused", async () => {
      const { driver, at } = await begin();
      await assert.rejects(driver.put(at("../a"), stream(some(1)), { limitBytes }), Refused);
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

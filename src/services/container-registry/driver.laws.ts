import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { RegistryBytes } from "./driver.ts";

const limitBytes = 64 * 1024 * 1024;

/** What every keeper of the registry's bytes must do. `make` gives an empty one. */
export function registryDriverLaws(name: string, make: () => Promise<RegistryBytes> | RegistryBytes) {
  describe(`${name} keeps the registry's bytes`, () => {
    test("what is written comes back, with its size and its hashes", async () => {
      const driver = await make();
      const bytes = some(3 * 1024 * 1024 + 17);
      assert.equal(await driver.append("a", 0, stream(bytes), { limitBytes }), bytes.length);
      assert.equal(await driver.size("a"), bytes.length);
      const sealed = await driver.seal("a", bytes.length, { sha512: false });
      assert.deepEqual(sealed, { size: bytes.length, sha256: hash("sha256", bytes) });
      assert.ok(bytes.equals(await all(await driver.open("a"))));
    });

    test("chunks follow each other, and all of them are hashed", async () => {
      const driver = await make();
      const bytes = some(5000);
      await driver.append("a", 0, stream(bytes.subarray(0, 3000)), { limitBytes });
      await driver.append("a", 3000, stream(bytes.subarray(3000)), { limitBytes });
      const { sha256, sha512 } = await driver.seal("a", 5000, { sha512: true });
      assert.deepEqual([sha256, sha512], [hash("sha256", bytes), hash("sha512", bytes)]);
    });

    test("what stood behind is written anew, and is not in the hash", async () => {
      const driver = await make();
      await driver.append("a", 0, stream(Buffer.from("hello, all")), { limitBytes });
      await driver.append("a", 5, stream(Buffer.from("!")), { limitBytes });
      const sealed = await driver.seal("a", 6, { sha512: false });
      assert.equal(sealed.sha256, hash("sha256", Buffer.from("hello!")));
      await driver.append("b", 0, stream(Buffer.from("hello, all")), { limitBytes });
      assert.equal((await driver.seal("b", 5, { sha512: false })).sha256, hash("sha256", Buffer.from("hello")));
      assert.equal((await all(await driver.open("b"))).toString(), "hello");
    });

    test("a range has its first and its last byte", async () => {
      const driver = await make();
      await driver.append("a", 0, stream(some(5000)), { limitBytes });
      await driver.seal("a", 5000, { sha512: false });
      const found = await all(await driver.open("a", { start: 100, end: 200 }));
      assert.ok(some(5000).subarray(100, 201).equals(found));
    });

    test("a blob may have no bytes", async () => {
      const driver = await make();
      assert.deepEqual(await driver.seal("a", 0, { sha512: false }), { size: 0, sha256: hash("sha256", some(0)) });
      assert.equal((await all(await driver.open("a"))).length, 0);
    });

    test("what came before a cut stays, and more may come", async () => {
      const driver = await make();
      const bytes = some(2 * 1024 * 1024);
      const cut = Readable.from(brokenAfter(bytes), { objectMode: false });
      await assert.rejects(driver.append("a", 0, cut, { limitBytes }), /cut off/);
      assert.equal(await driver.size("a"), bytes.length);
      await driver.append("a", bytes.length, stream(some(10)), { limitBytes });
      const sealed = await driver.seal("a", bytes.length + 10, { sha512: false });
      assert.equal(sealed.sha256, hash("sha256", Buffer.concat([bytes, some(10)])));
    });

    test("what is too large is refused", async () => {
      const driver = await make();
      await assert.rejects(driver.append("a", 0, stream(some(3 * 1024 * 1024)), { limitBytes: 1024 * 1024 }), Refused);
    });

    test("what is deleted is gone, and may be deleted again; all else is a trace", async () => {
      const driver = await make();
      for (const key of ["a", "b"]) await driver.append(key, 0, stream(some(10)), { limitBytes });
      assert.deepEqual((await driver.traces()).map(({ subject }) => subject).sort(), ["a", "b"]);
      for (const key of ["a", "b", "a"]) await driver.delete(key);
      await assert.rejects(driver.open("a"), Gone);
      assert.equal(await driver.size("a"), 0);
      assert.deepEqual(await driver.traces(), []);
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
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

function* brokenAfter(bytes: Buffer) {
  yield* pieces(bytes);
  throw new Error("cut off");
}

async function all(bytes: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function hash(name: string, bytes: Buffer): string {
  return createHash(name).update(bytes).digest("hex");
}

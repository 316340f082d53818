import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Unavailable } from "#platform/service/driver.ts";
import { argon2 } from "./driver.ts";

describe("Argon2id passwords", () => {
  test("match their own hash and no other password's", async () => {
    const it = argon2({ cheap: true });
    const hash = await it.hash("correct horse");
    assert.match(hash, /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^$=]+\$[^$=]+$/);
    assert.equal(await it.matches("correct horse", hash), true);
    assert.equal(await it.matches("wrong horse", hash), false);
    assert.notEqual(await it.hash("correct horse"), hash);
  });

  test("cost at least what OWASP asks for, unless a cloud holds nothing", async () => {
    const hash = await argon2().hash("x");
    const [, memory, passes] = /m=(\d+),t=(\d+)/.exec(hash)!.map(Number) as [number, number, number];
    assert.ok(memory >= 47_104 || (memory >= 19_456 && passes >= 2), hash);
  });

  test("of nobody never match, and take as long as somebody's", async () => {
    const it = argon2();
    const hash = await it.hash("x");
    await it.matches("x", null);
    const time = async (stored: string | null) => {
      const began = performance.now();
      for (let i = 0; i < 4; i += 1) assert.equal(await it.matches("y", stored), false);
      return performance.now() - began;
    };
    const [known, unknown] = [await time(hash), await time(null)];
    assert.ok(unknown > known / 3 && unknown < known * 3, `${known} ms and ${unknown} ms`);
    assert.equal(await it.matches("", null), false);
  });

  test("wait in a line that is not endless: who comes too late is told to come again", async () => {
    const it = argon2({ cheap: true, line: 3 });
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => it.hash("x")));
    const refused = all.filter((one) => one.status === "rejected");
    assert.equal(refused.length, 9 - 2 - 3);
    assert.ok(refused.every((one) => one.reason instanceof Unavailable));
    assert.equal(await it.matches("x", await it.hash("x")), true);
  });

  test("match hashes that were made at another cost", async () => {
    const hash = await argon2({ cheap: true }).hash("x");
    assert.equal(await argon2().matches("x", hash), true);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PasswordDriver } from "#services/identity/driver.ts";
import { argon2 } from "./driver.ts";
import { rememberRecent } from "./recent.ts";

/** Counts how often a hash is really computed. */
function counted() {
  const real = argon2({ cheap: true });
  let times = 0;
  const driver: PasswordDriver = {
    hash: real.hash,
    matches(password, hash) {
      times += 1;
      return real.matches(password, hash);
    },
  };
  return { driver, times: () => times };
}

describe("a password that was proven just now", () => {
  test("is known for a while, and then hashed again", async () => {
    const { driver, times } = counted();
    let at = 0;
    const it = rememberRecent(driver, { seconds: 300, now: () => at });
    const hash = await it.hash("right");
    for (const moment of [0, 1000, 299_000]) {
      at = moment;
      assert.equal(await it.matches("right", hash), true);
    }
    assert.equal(times(), 1);
    at = 300_000;
    assert.equal(await it.matches("right", hash), true);
    assert.equal(times(), 2);
  });

  test("makes no wrong one cheaper, nor one of nobody", async () => {
    const { driver, times } = counted();
    const it = rememberRecent(driver, { seconds: 300 });
    const hash = await it.hash("right");
    await it.matches("right", hash);
    for (const wrong of ["wrong", "", "right ", "right\0"]) assert.equal(await it.matches(wrong, hash), false);
    assert.equal(await it.matches("right", null), false);
    assert.equal(times(), 6);
  });

  test("is known for its own hash alone: another password's, and another user's with the same password, are not", async () => {
    const { driver, times } = counted();
    const it = rememberRecent(driver, { seconds: 300 });
    const [mine, changed, other] = [await it.hash("right"), await it.hash("new"), await it.hash("right")];
    assert.equal(await it.matches("right", mine), true);
    assert.equal(await it.matches("right", changed), false);
    assert.equal(await it.matches("right", other), true);
    assert.equal(times(), 3);
  });

  test("is forgotten when there are too many, and never kept where that is not wanted", async () => {
    const { driver, times } = counted();
    const few = rememberRecent(driver, { seconds: 300, most: 1 });
    const [one, two] = [await few.hash("a"), await few.hash("b")];
    for (const [password, hash] of [
      ["a", one],
      ["b", two],
      ["a", one],
    ] as const)
      await few.matches(password, hash);
    assert.equal(times(), 3);
    const never = rememberRecent(driver, { seconds: 0 });
    for (let i = 0; i < 2; i += 1) await never.matches("a", one);
    assert.equal(times(), 5);
  });
});

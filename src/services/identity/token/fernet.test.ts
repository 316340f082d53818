import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decrypt, encrypt, newKey } from "./fernet.ts";

const at = "1985-10-26T08:20:00.000Z";

describe("a Fernet key", () => {
  test("reads what it wrote", () => {
    const key = newKey();
    assert.equal(decrypt(key, encrypt(key, "hello", at)), "hello");
  });

  test("reads the specification's own token", () => {
    const key = Buffer.from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=", "base64url");
    const token =
      "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    assert.equal(decrypt(key, token), "hello");
  });

  test("does not read another key's tokens, nor changed or cut ones, nor what is none", () => {
    const [key, other] = [newKey(), newKey()];
    const token = encrypt(key, "hello", at);
    const changed = Buffer.from(token, "base64url");
    changed[30]! ^= 1;
    const bad = [changed.toString("base64url"), token.slice(0, 40), "", "no token", "gAAAA"];
    for (const one of bad) assert.equal(decrypt(key, one), undefined);
    assert.equal(decrypt(other, token), undefined);
  });
});

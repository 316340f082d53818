import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { type KeyKind, newSecret, tokenKey } from "./key.ts";

const about = { user: { id: "u1" }, issuedAt: "2026-11-20T12:00:00.000Z", expiresAt: "2026-11-21T00:00:00.000Z" };
const fresh = (kind: KeyKind, generation = 3) => tokenKey({ kind, generation }, newSecret(kind));
const body = (it: object) => Buffer.from(JSON.stringify(it)).toString("base64url");

describe("a key of tokens", () => {
  for (const kind of ["fernet", "jws"] as const)
    test(`of kind ${kind} reads its own tokens, and no changed, cut or foreign ones`, () => {
      const key = fresh(kind);
      const token = key.make("packed", about);
      assert.equal(key.open(token), "packed");
      const middle = Math.floor(token.length / 2);
      const changed = token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1);
      for (const one of [changed, token.slice(0, -8), `${token}.x`, "", "a.b.c", fresh(kind).make("packed", about)])
        assert.equal(key.open(one), undefined);
      const other = kind === "jws" ? "fernet" : "jws";
      assert.equal(fresh(other).open(token), undefined);
    });

  test("of kind jws makes web tokens that say whose they are and until when", () => {
    const [head, claims] = fresh("jws")
      .make("packed", about)
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
    assert.deepEqual(head, { typ: "JWT", alg: "ES256", kid: "3" });
    assert.deepEqual(claims, { sub: "u1", iat: 1_795_176_000, exp: 1_795_219_200, token: "packed" });
  });

  test("of kind jws takes no other algorithm, whatever a token says", () => {
    const key = fresh("jws");
    const [, claims] = key.make("packed", about).split(".");
    const none = `${body({ typ: "JWT", alg: "none" })}.${claims}.`;
    const head = body({ typ: "JWT", alg: "HS256", kid: "3" });
    const weak = `${head}.${claims}.${createHmac("sha256", "3").update(`${head}.${claims}`).digest("base64url")}`;
    for (const one of [none, weak]) assert.equal(key.open(one), undefined);
  });
});

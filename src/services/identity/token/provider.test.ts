import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";
import { signingKey } from "./key.store.ts";

const { cloud, tokenOf, works } = await begun({ "token-provider": "jws" });

/** The first part of a token: its head, for JSON web tokens. */
const head = (token: string) => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString());
const turn = () => cloud.runLoop("identity.token-keys");

describe("tokens that are signed for all to read", () => {
  after(() => cloud.stop());

  test("open what the others open, and are taken back as they are", async () => {
    const token = await tokenOf("demo", onProject("demo"));
    assert.equal(head(token).alg, "ES256");
    const shown = await cloud.call("GET", "/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
    assert.equal(shown.body.token.project.name, "demo");
    await cloud.call("DELETE", "/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
    assert.equal(await works(token), false);
  });

  test("outlive the turning of the key, and are made with the next one", async () => {
    await cloud.later("8d");
    const before = await tokenOf("demo", onProject("demo"));
    await turn();
    assert.deepEqual(head(await tokenOf("demo", onProject("demo"))), head(before));
    await cloud.later("2h");
    const next = await tokenOf("demo", onProject("demo"));
    assert.notEqual(head(next).kid, head(before).kid);
    assert.deepEqual([await works(before), await works(next)], [true, true]);
    const another = await cloud.another();
    for (const as of [before, next]) assert.equal((await another.call("GET", "/v3/auth/projects", { as })).status, 200);
    await another.stop();
    await cloud.later("2d");
    await turn();
    const { rows } = await cloud.database.pool.query("select kind from identity_keys where kind = 'jws'");
    assert.equal(rows.length, 1);
  });

  test("stay good when a cloud goes over to the other kind, and the other way round", async () => {
    const signed = await tokenOf("demo", onProject("demo"));
    const about = { user: { id: "u" }, issuedAt: cloud.world("identity").now, expiresAt: "2030-01-01T00:00:00.000Z" };
    const key = await cloud.spine.write((tx) => signingKey({ ...tx, settings: { "token-provider": "fernet" } }));
    assert.match(key.make("x", about), /^gAAAAA/);
    await cloud.settle();
    const packed = JSON.parse(Buffer.from(signed.split(".")[1]!, "base64url").toString()).token;
    const encrypted = key.make(packed, about);
    assert.deepEqual([await works(signed), await works(encrypted)], [true, true]);
  });
});

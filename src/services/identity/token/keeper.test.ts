import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Keeper } from "./keeper.ts";
import { newSecret, type TokenKey, tokenKey } from "./key.ts";
import { mark, type Revocation } from "./revocation.ts";
import { pack, type Token } from "./token.ts";

const key = tokenKey({ kind: "fernet", generation: 0 }, newSecret("fernet"));
const domain = { id: "default", name: "Default" };
const at = "2026-11-20T12:00:00.000Z";

function made(more: Partial<Token> = {}): string {
  return sealedBy(key, more);
}

function sealedBy(by: TokenKey, more: Partial<Token> = {}): string {
  const token: Token = {
    user: { id: "u1", name: "demo", domain },
    scope: { kind: "project", project: { id: "p1", name: "demo", domain, isDomain: false } },
    roles: ["member", "reader"],
    methods: ["password"],
    auditIds: ["own"],
    issuedAt: at,
    expiresAt: "2026-11-21T00:00:00.000Z",
    saw: 5,
    ...more,
  };
  return by.make(pack(token), token);
}

function keeper() {
  const world = { now: at, hearing: true };
  const stored: Revocation[] = [];
  const counts = { reads: 0 };
  const source = {
    keys: async () => [key],
    revocations: async () => {
      counts.reads += 1;
      return stored;
    },
  };
  return { world, stored, counts, source, it: new Keeper(world, source) };
}

const revoked = (id: number, what: string): Revocation => ({ id, mark: what, revokedAt: at });

describe("the keeper of tokens", () => {
  test("reads the database once, and from then on answers from memory", async () => {
    const { it, counts } = keeper();
    const token = made();
    for (let i = 0; i < 100; i += 1) assert.equal((await it.check(token))?.actor.userId, "u1");
    assert.equal(counts.reads, 1);
    assert.equal(await it.check("no token"), undefined);
  });

  test("knows a token no more from the moment of its expiry", async () => {
    const { it, world } = keeper();
    const token = made();
    assert.ok(await it.check(token));
    world.now = "2026-11-21T00:00:00.000Z";
    assert.equal(await it.check(token), undefined);
  });

  test("takes back what was issued before the revocation, and lets live what had seen it", async () => {
    const { it } = keeper();
    const [old, young] = [made({ saw: 5 }), made({ saw: 6 })];
    assert.ok(await it.check(old));
    it.take(revoked(6, mark.user("u1")));
    assert.equal(await it.check(old), undefined);
    assert.ok(await it.check(young));
  });

  test("is not confused by revocations that arrive out of order", async () => {
    const { it } = keeper();
    const token = made();
    await it.check(token);
    it.take(revoked(9, mark.user("somebody else")));
    assert.ok(await it.check(token));
    it.take(revoked(8, mark.user("u1")));
    assert.equal(await it.check(token), undefined);
  });

  test("asks the database at every check while events cannot be heard", async () => {
    const { it, world, stored, counts } = keeper();
    const token = made();
    assert.ok(await it.check(token));
    world.hearing = false;
    stored.push(revoked(6, mark.project("p1")));
    assert.equal(await it.check(token), undefined);
    assert.equal(counts.reads, 2);
  });

  test("reads again at the next check when a reading has failed", async () => {
    const { it, stored, source } = keeper();
    const token = made();
    assert.ok(await it.check(token));
    const { revocations } = source;
    source.revocations = async () => Promise.reject(new Error("the database is away"));
    await assert.rejects(it.load());
    await assert.rejects(it.check(token));
    source.revocations = revocations;
    stored.push(revoked(6, mark.project("p1")));
    assert.equal(await it.check(token), undefined);
  });

  test("forgets revocations that no living token can be hit by", async () => {
    const { it, world, stored } = keeper();
    stored.push(revoked(6, mark.user("u1")));
    assert.equal(await it.check(made()), undefined);
    stored.length = 0;
    world.now = "2026-11-22T12:00:01.000Z";
    await it.load();
    assert.ok(await it.check(made({ expiresAt: "2026-11-23T00:00:00.000Z" })));
  });

  test("asks once a second for the key of a token that none of its keys has made", async () => {
    const { it, world, source } = keeper();
    const young = tokenKey({ kind: "jws", generation: 1 }, newSecret("jws"));
    const token = sealedBy(young);
    let reads = 0;
    source.keys = async () => {
      reads += 1;
      return reads > 2 ? [key, young] : [key];
    };
    assert.equal(await it.check(token), undefined);
    assert.equal(await it.check(token), undefined);
    world.now = "2026-11-20T12:00:01.000Z";
    assert.equal(await it.check(token), undefined);
    assert.equal(reads, 2);
    world.now = "2026-11-20T12:00:02.000Z";
    assert.equal((await it.check(token))?.actor.userId, "u1");
    assert.equal(await it.check("short"), undefined);
    assert.equal(reads, 3);
  });

  test("opens a token once", async () => {
    const { source, world } = keeper();
    let opened = 0;
    const open: TokenKey["open"] = (text) => {
      opened += 1;
      return key.open(text);
    };
    const it = new Keeper(world, { ...source, keys: async () => [{ ...key, open }] });
    const token = made();
    for (let i = 0; i < 100; i += 1) assert.ok(await it.check(token));
    assert.equal(opened, 1);
  });
});

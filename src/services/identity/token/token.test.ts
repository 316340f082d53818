import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mark } from "./revocation.ts";
import { actorOf, marksOf, pack, type Token, unpack } from "./token.ts";

const domain = { id: "default", name: "Default" };
const token: Token = {
  user: { id: "u1", name: "Ünal", domain },
  scope: { kind: "project", project: { id: "p1", name: "demo", domain, isDomain: false } },
  roles: ["member", "reader"],
  methods: ["password"],
  auditIds: ["own", "first"],
  issuedAt: "2026-11-20T12:00:00.000Z",
  expiresAt: "2026-11-21T00:00:00.000Z",
  saw: 7,
};

describe("a token", () => {
  test("says after packing what it said before, in every scope", () => {
    const scopes: Token["scope"][] = [
      token.scope,
      { kind: "domain", domain },
      { kind: "system" },
      { kind: "unscoped" },
    ];
    for (const scope of scopes) assert.deepEqual(unpack(pack({ ...token, scope })), { ...token, scope });
  });

  test("makes an actor of its user, scope and roles", () => {
    const actor = actorOf(token);
    assert.equal(actor.projectId, "p1");
    assert.equal(actor.userName, "Ünal");
    assert.equal(actor.system, undefined);
    assert.equal(actorOf({ ...token, scope: { kind: "system" } }).system, true);
    assert.equal(actorOf({ ...token, scope: { kind: "domain", domain } }).domainId, "default");
  });

  test("can be taken back by itself, its chain, its user, its project, its domain and its grant", () => {
    const wanted = ["token:own", "chain:first", "user:u1", "project:p1", "domain:default", "grant:u1:p1"];
    for (const one of wanted) assert.ok(marksOf(token).includes(one), one);
    assert.ok(marksOf({ ...token, scope: { kind: "system" } }).includes(mark.grant("u1", {})));
  });
});

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
    assert.equal(marksOf({ ...token, scope: { kind: "unscoped" } }).includes(mark.grant("u1", {})), false);
  });

  test("says what it was made through, and can be taken back by each of it", () => {
    const rule = { id: "r1", service: "compute", method: "GET", path: "/v2.1/servers" };
    const parties = { trustorId: "u2", trusteeId: "u1", originId: "u3", others: ["u4"], domainIds: ["d2", "d3"] };
    const bonds: Token["bonds"] = {
      trust: { id: "t1", impersonation: true, ...parties },
      applicationCredential: { id: "a1", name: "ci", restricted: true, accessRules: [rule] },
      federation: { identityProvider: "idp", protocol: "openid", groups: ["g1"] },
      oauth1: { consumerId: "c1", accessTokenId: "k1" },
      oauth2: { thumbprint: "x5t" },
    };
    const bound = { ...token, user: { ...token.user, passwordExpiresAt: "2026-12-20T12:00:00.000Z" }, bonds };
    assert.deepEqual(unpack(pack(bound)), bound);
    const wanted = ["trust:t1", "user:u2", "user:u4", "domain:d2", "domain:d3", "grant:u3:p1", "grant:u1:p1"];
    const more = ["application-credential:a1", "identity-provider:idp", "consumer:c1", "access-token:k1"];
    for (const one of [...wanted, ...more]) assert.ok(marksOf(bound).includes(one), one);
    assert.deepEqual(actorOf(bound).accessRules, [rule]);
  });
});

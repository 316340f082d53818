import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { makePolicy } from "#platform/api/policy.ts";
import { testCloud } from "#test/cloud.ts";
import { targetKept } from "./decision.ts";
import { replay } from "./replay.ts";

async function asked(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  for (let i = 0; i < 3; i += 1)
    assert.equal((await cloud.call("GET", "/identity/v3/users", { as: "admin" })).status, 200);
  assert.equal((await cloud.call("GET", "/identity/v3/users", { as: "demo" })).status, 403);
  const rules = cloud.services.flatMap((s) => s.routes.map(({ rule }) => rule));
  return { cloud, rules };
}

test("requests that are alike are one row with how many they were, allowed and denied ones apart", async (t) => {
  const { cloud } = await asked(t);
  const all = await cloud.spine.decisions.list();
  const told = all.map(({ route, rule, actor, allowed, times }) => [route, rule, actor.roles[0], allowed, times]);
  assert.deepEqual(told.sort(), [
    ["GET /users", "identity:list_users", "admin", true, 3],
    ["GET /users", "identity:list_users", "member", false, 1],
  ]);
  await cloud.call("GET", "/identity/v3/users", { as: "admin" });
  assert.deepEqual((await cloud.spine.decisions.list()).map(({ times }) => times).sort(), [1, 4]);
});

test("another policy is held against them: what it would refuse, what it would let pass, and why", async (t) => {
  const { cloud, rules } = await asked(t);
  const other = makePolicy(rules, { "identity:list_users": "role:member and not role:admin" });
  const it = replay(await cloud.spine.decisions.list(), rules, cloud.spine.policy, other);
  assert.deepEqual([it.requests, it.changed], [4, 4]);
  const changes = it.changes.map(({ decision, would, because }) => [decision.actor.roles[0], would, because]);
  assert.deepEqual(changes.sort(), [
    ["admin", false, ["not role:admin"]],
    ["member", true, ["role:member (roles are member, reader)", "not role:admin"]],
  ]);
  assert.deepEqual(
    it.rules.map(({ name, requests }) => [name, requests]),
    [["identity:list_users", 4]],
  );
});

test("the same policy changes nothing", async (t) => {
  const { cloud, rules } = await asked(t);
  const it = replay(await cloud.spine.decisions.list(), rules, cloud.spine.policy, makePolicy(rules, {}));
  assert.deepEqual([it.changed, it.changes, it.rules], [0, [], []]);
});

test("of a target whose it is is kept, and nothing that could be a secret", () => {
  const it = { id: "1", projectId: "p", name: "n", passwordHash: "h", secret: "s", blob: "b", shared: true, size: 3 };
  const target = { ...it, target: { user: { id: "u", domainId: null, key: "k" } } };
  assert.deepEqual(targetKept(target), {
    id: "1",
    projectId: "p",
    shared: true,
    target: { user: { id: "u", domainId: null } },
  });
});

test("the ring keeps the newest", async (t) => {
  const { cloud } = await asked(t);
  const { keepNewest } = await import("./rows.ts");
  await cloud.spine.decisions.list();
  cloud.advance("1s");
  await cloud.call("GET", "/identity/v3/groups", { as: "admin" });
  await cloud.spine.decisions.list();
  await keepNewest(cloud.database.db, 1);
  assert.deepEqual(
    (await cloud.spine.decisions.list()).map(({ route }) => route),
    ["GET /groups"],
  );
});

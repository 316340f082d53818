import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Call, testCloud } from "#test/cloud.ts";

test("a group is made, shown and deleted in the words of each version", async (t) => {
  const { call } = await begin(t);
  const made = await call("POST", "", { body: { server_group: { name: "web", policies: ["anti-affinity"] } } });
  const { id } = made.body.server_group;
  assert.deepEqual(made.body.server_group, { id, name: "web", members: [], policies: ["anti-affinity"], metadata: {} });
  const newest = (await call("GET", `/${id}`, { version: "2.64" })).body.server_group;
  assert.equal(newest.policy, "anti-affinity");
  assert.deepEqual(newest.rules, {});
  assert.equal(newest.policies, undefined);
  assert.equal((await call("DELETE", `/${id}`)).status, 204);
  const gone = await call("GET", `/${id}`);
  assert.equal(gone.body.itemNotFound.message, `Instance group ${id} could not be found.`);
});

test("soft policies come with 2.15, rules with 2.64 and only to anti-affinity", async (t) => {
  const { call } = await begin(t);
  const make = (version: string, server_group: object) => call("POST", "", { version, body: { server_group } });
  const soft = { name: "g", policies: ["soft-affinity"] };
  assert.equal((await make("2.14", soft)).status, 400);
  assert.equal((await make("2.15", soft)).status, 200);
  const rules = { max_server_per_host: 2 };
  assert.equal((await make("2.64", { name: "g", policy: "anti-affinity", rules })).status, 200);
  const refused = await make("2.64", { name: "g", policy: "affinity", rules });
  assert.equal(refused.body.badRequest.message, "Only anti-affinity policy supports rules.");
});

test("groups are a project's own; administrators list them all", async (t) => {
  const { call } = await begin(t);
  const { body } = await call("POST", "", { body: { server_group: { name: "web", policies: ["affinity"] } } });
  const count = async (query: string, as: string) => (await call("GET", query, { as })).body.server_groups.length;
  assert.equal(await count("", "demo"), 1);
  assert.equal(await count("", "stranger"), 0);
  assert.equal(await count("?all_projects=True", "stranger"), 0);
  assert.equal(await count("?all_projects=True", "admin"), 1);
  assert.equal((await call("GET", `/${body.server_group.id}`, { as: "stranger" })).status, 404);
  assert.equal((await call("DELETE", `/${body.server_group.id}`, { as: "reader" })).status, 403);
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more?: Call) =>
    cloud.call(method, `/compute/v2.1/os-server-groups${path}`, { as: "demo", ...more });
  return { cloud, call };
}

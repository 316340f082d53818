import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { booted } from "#test/booted.ts";
import { type Call, testCloud } from "#test/cloud.ts";
import { must } from "#test/laws/furniture.ts";

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

test("members of an anti-affinity group sit apart, and are listed until they are deleted", async (t) => {
  const { cloud } = await booted(t);
  const { images } = await must(cloud, "GET", "/image/v2/images");
  const groups = "/compute/v2.1/os-server-groups";
  const asked = { server_group: { name: "apart", policy: "anti-affinity" } };
  const group = (await must(cloud, "POST", groups, asked)).server_group.id;
  const boot = async (): Promise<string> => {
    const server = { name: "member", flavorRef: "1", imageRef: images[0].id, networks: "none" };
    const body = { server, "os:scheduler_hints": { group } };
    const { id } = (await must(cloud, "POST", "/compute/v2.1/servers", body)).server;
    await cloud.settle();
    return id;
  };
  const ids = [await boot(), await boot(), await boot()];
  const seen = await Promise.all(
    ids.map((id) => must(cloud, "GET", `/compute/v2.1/servers/${id}`, undefined, "admin")),
  );
  assert.deepEqual(
    seen.map((it) => it.server.status),
    ["ACTIVE", "ACTIVE", "ERROR"],
  );
  assert.notEqual(seen[0]?.server["OS-EXT-SRV-ATTR:host"], seen[1]?.server["OS-EXT-SRV-ATTR:host"]);
  const members = async () => (await must(cloud, "GET", `${groups}/${group}`)).server_group.members.sort();
  assert.deepEqual(await members(), ids.toSorted());
  await must(cloud, "DELETE", `/compute/v2.1/servers/${ids[2]}`);
  await cloud.settle();
  assert.deepEqual(await members(), ids.slice(0, 2).sort());
});

test("a server joins no group that is another project's, or that is full", async (t) => {
  const { cloud } = await booted(t);
  const { images } = await must(cloud, "GET", "/image/v2/images");
  const make = async (as: string) => {
    const body = { server_group: { name: "g", policy: "affinity" } };
    return (await must(cloud, "POST", "/compute/v2.1/os-server-groups", body, as)).server_group.id;
  };
  const boot = (group: string, more: object = {}) => {
    const server = { name: "member", flavorRef: "1", imageRef: images[0].id, networks: "none", ...more };
    const body = { server, "os:scheduler_hints": { group } };
    return cloud.call("POST", "/compute/v2.1/servers", { as: "demo", version: "2.64", body });
  };
  const foreign = await make("stranger");
  const refused = await boot(foreign);
  assert.equal(refused.body.badRequest.message, `Instance group ${foreign} could not be found.`);
  const classes = { quota_class_set: { server_group_members: 1 } };
  await must(cloud, "PUT", "/compute/v2.1/os-quota-class-sets/default", classes, "admin");
  const over = await boot(await make("demo"), { max_count: 2, min_count: 2 });
  assert.equal(over.body.forbidden.message, "Quota exceeded, too many servers in group");
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more?: Call) =>
    cloud.call(method, `/compute/v2.1/os-server-groups${path}`, { as: "demo", ...more });
  return { cloud, call };
}

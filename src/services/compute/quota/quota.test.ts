import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Call, testCloud } from "#test/cloud.ts";

test("a project reads its own quotas, in the words of each version", async (t) => {
  const { call, demo } = await begin(t);
  const keys = async (version: string) => Object.keys((await call("GET", demo, { version })).body.quota_set);
  assert.ok((await keys("2.35")).includes("floating_ips"));
  assert.ok(!(await keys("2.36")).includes("floating_ips"));
  assert.ok((await keys("2.56")).includes("injected_files"));
  assert.ok(!(await keys("2.57")).includes("injected_files"));
  const { quota_set: detail } = (await call("GET", `${demo}/detail`)).body;
  assert.deepEqual(detail.instances, { limit: 10, in_use: 0, reserved: 0 });
  assert.equal((await call("PUT", demo, { body: { quota_set: { cores: 1 } } })).status, 403);
  assert.equal((await call("GET", demo, { as: "stranger" })).status, 403);
});

test("administrators change quotas, and give the defaults back", async (t) => {
  const { call, admin } = await begin(t);
  const change = async (quota_set: object, version?: string) =>
    call("PUT", admin, { as: "admin", version, body: { quota_set } });
  const { quota_set: changed } = (await change({ cores: "7", floating_ips: 3 })).body;
  assert.equal(changed.cores, 7);
  assert.equal(changed.floating_ips, -1);
  assert.equal(changed.id, undefined);
  assert.equal((await change({ floating_ips: 3 }, "2.36")).status, 400);
  assert.equal((await change({ cores: -2 })).status, 400);
  assert.equal((await call("DELETE", admin, { as: "admin" })).status, 202);
  assert.equal((await call("GET", admin, { as: "admin" })).body.quota_set.cores, 20);
});

test("a quota below what is used is set only by force", async (t) => {
  const { call, admin } = await begin(t);
  const group = { server_group: { name: "g", policies: ["affinity"] } };
  await call("POST", "/os-server-groups", { as: "admin", body: group });
  const change = async (quota_set: object) => call("PUT", admin, { as: "admin", body: { quota_set } });
  const refused = await change({ server_groups: 0 });
  assert.equal(
    refused.body.badRequest.message,
    "Quota limit 0 for server_groups must be greater than or equal to already used and reserved 1.",
  );
  assert.equal((await change({ server_groups: 0, force: "True" })).body.quota_set.server_groups, 0);
  const over = await call("POST", "/os-server-groups", { as: "admin", body: group });
  assert.equal(over.body.forbidden.message, "Quota exceeded, too many server groups.");
});

test("the class default holds for projects about which nothing else was said", async (t) => {
  const { call, demo } = await begin(t);
  const body = { quota_class_set: { server_groups: 2 } };
  const changed = await call("PUT", "/os-quota-class-sets/default", { as: "admin", version: "2.50", body });
  assert.equal(changed.body.quota_class_set.server_groups, 2);
  assert.equal((await call("GET", demo)).body.quota_set.server_groups, 2);
  assert.equal((await call("GET", `${demo}/defaults`)).body.quota_set.server_groups, 2);
  const shown = await call("GET", "/os-quota-class-sets/default", { as: "admin", version: "2.50" });
  assert.equal(shown.body.quota_class_set.id, "default");
});

test("limits tell what there is and what is used, and of other projects only to administrators", async (t) => {
  const { call, cloud } = await begin(t);
  const absolute = async (version: string) => (await call("GET", "/limits", { version })).body.limits.absolute;
  assert.equal((await absolute("2.1")).maxTotalInstances, 10);
  assert.equal((await absolute("2.35")).maxSecurityGroups, -1);
  assert.equal((await absolute("2.36")).maxSecurityGroups, undefined);
  assert.equal((await absolute("2.39")).maxImageMeta, undefined);
  assert.equal((await absolute("2.57")).maxPersonality, undefined);
  const other = `/limits?tenant_id=${cloud.actors.admin.projectId}`;
  assert.equal((await call("GET", other, { version: "2.57" })).status, 403);
  assert.equal((await call("GET", other, { as: "admin", version: "2.57" })).status, 200);
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more?: Call) =>
    cloud.call(method, `/compute/v2.1${path}`, { as: "demo", ...more });
  const of = (who: "admin" | "demo") => `/os-quota-sets/${cloud.actors[who].projectId}`;
  return { cloud, call, admin: of("admin"), demo: of("demo") };
}

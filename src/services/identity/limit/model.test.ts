import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun } from "../begun.testkit.ts";
import { refuseDeepTrees } from "./depth.work.ts";

const strict = { "limit-enforcement-model": "strict_two_level" } as const;
const { cloud, made, tokenOf } = await begun(strict);
const call = (method: string, path: string, body?: unknown) => cloud.call(method, `/v3${path}`, { body });

describe("the model strict_two_level", () => {
  after(() => cloud.stop());

  test("is shown in Keystone's words", async () => {
    const { body } = await call("GET", "/limits/model");
    assert.deepEqual(body, {
      model: {
        name: "strict_two_level",
        description: "This model requires project hierarchy never exceeds a depth of two",
      },
    });
  });

  test("lets projects lie in projects, and nothing in those", async () => {
    const top = await made("project", { name: "top" });
    const inner = await made("project", { name: "inner", parent_id: top.id });
    const { status, body } = await call("POST", "/projects", { project: { name: "deep", parent_id: inner.id } });
    assert.equal(status, 403);
    assert.equal(body.error.message, `Max hierarchy depth reached for ${inner.id} branch.`);
  });

  test("does not begin over trees that are deeper, and names them", async (t) => {
    const flat = await begun();
    t.after(() => flat.cloud.stop());
    const top = await flat.made("project", { name: "top" });
    const inner = await flat.made("project", { name: "inner", parent_id: top.id });
    await refuseDeepTrees(flat.cloud.spine.write);
    const begin = () =>
      refuseDeepTrees((work) => flat.cloud.spine.write((tx) => work(Object.assign({}, tx, { settings: strict }))));
    await begin();
    const { id } = await flat.made("project", { name: "deep", parent_id: inner.id });
    await assert.rejects(
      begin,
      new RegExp(`exceeds the enforcement model's maximum limit of 2 \\(project_ids: ${id}\\)`),
    );
  });

  describe("of limits", () => {
    test("keeps a project's within its domain's, which is the registered one as long as it has none", async () => {
      const { limit, domain, one, other, invalid } = await tree(10);
      await limit(201, { project_id: one, resource_limit: 5 });
      const refused = await limit(403, { project_id: other, resource_limit: 11 });
      assert.equal(refused.error.message, invalid(`project_id: ${other}`, 11));
      await limit(201, { domain_id: domain, resource_limit: 20 });
      await limit(201, { project_id: other, resource_limit: 18 });
    });

    test("keeps a domain's from falling below that of a project in it", async () => {
      const { limit, domain, one, invalid } = await tree(10);
      await limit(201, { project_id: one, resource_limit: 9 });
      const refused = await limit(403, { domain_id: domain, resource_limit: 8 });
      assert.equal(refused.error.message, invalid(`domain_id: ${domain}`, 8));
      const [{ id }] = (await limit(201, { domain_id: domain, resource_limit: 12 })).limits;
      const lower = (to: number) => call("PATCH", `/limits/${id}`, { limit: { resource_limit: to } });
      assert.equal((await lower(8)).status, 403);
      assert.equal((await lower(9)).status, 200);
      assert.equal((await call("GET", `/limits/${id}`)).body.limit.resource_limit, 9);
    });

    test("weighs those that come together as they are to be, and keeps all of them or none", async () => {
      const { limits, domain, one, other, all } = await tree(10);
      const [parent, child] = [
        { domain_id: domain, resource_limit: 20 },
        { project_id: one, resource_limit: 15 },
      ];
      await limits(403, [child, parent, { project_id: other, resource_limit: 21 }]);
      assert.deepEqual(await all(), []);
      await limits(201, [child, parent, { project_id: other, resource_limit: 20 }]);
      assert.equal((await all()).length, 3);
    });

    test("takes a project for the parent of what lies in it", async () => {
      const { limit, domain, one } = await tree(10);
      const { id: inner } = await made("project", { name: "inner", domain_id: domain, parent_id: one });
      await limit(201, { project_id: one, resource_limit: 6 });
      await limit(403, { project_id: inner, resource_limit: 7 });
      await limit(201, { project_id: inner, resource_limit: 6 });
    });

    test("knows no limit above -1", async () => {
      const { limit, domain, one } = await tree(-1);
      await limit(201, { project_id: one, resource_limit: 500 });
      await limit(201, { domain_id: domain, resource_limit: -1 });
    });

    test("changed in both places at once never leaves a project above its domain", async () => {
      const { limit, domain, one } = await tree(10);
      const [parent] = (await limit(201, { domain_id: domain, resource_limit: 20 })).limits;
      const [child] = (await limit(201, { project_id: one, resource_limit: 5 })).limits;
      const to = ({ id }: { id: string }, amount: number) =>
        call("PATCH", `/limits/${id}`, { limit: { resource_limit: amount } });
      const both = await Promise.all([to(parent, 10), to(child, 15)]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
    });
  });
});

let trees = 0;
/** A domain of two projects, and something registered of which everybody may have so much. */
async function tree(default_limit: number) {
  trees += 1;
  const { id: service_id } = await made("service", { type: `counted${trees}` });
  const what = { service_id, resource_name: "things" };
  await call("POST", "/registered_limits", { registered_limits: [{ ...what, default_limit }] });
  const { id: domain } = await made("domain", { name: `domain${trees}` });
  const { id: one } = await made("project", { name: "one", domain_id: domain });
  const { id: other } = await made("project", { name: "other", domain_id: domain });
  const limits = async (expected: number, asked: readonly object[]) => {
    const { status, body } = await call("POST", "/limits", { limits: asked.map((it) => ({ ...what, ...it })) });
    assert.equal(status, expected, JSON.stringify(body));
    return body;
  };
  const limit = (expected: number, asked: object) => limits(expected, [asked]);
  const invalid = (whose: string, amount: number) =>
    `Invalid resource limit: The resource limit (${whose}, resource_name: things, resource_limit: ${amount}, service_id: ${service_id}, region_id: None) doesn't satisfy current hierarchy model..`;
  const as = await tokenOf("admin", { system: { all: true } });
  const all = async () => (await cloud.call("GET", `/v3/limits?service_id=${service_id}`, { as })).body.limits;
  return { domain, one, other, limit, limits, invalid, all };
}

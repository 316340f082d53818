import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { artifact } from "../service.ts";

describe("artifacts that depend on others", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [artifact], drivers: { artifact: simulatedArtifacts() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, as = "demo", headers = {}) =>
    cloud.call(method, `/artifact${path}`, { as, body, headers });
  const patch = (path: string, ops: unknown[], as = "demo") =>
    ask("PATCH", path, ops, as, { "content-type": "application/json-patch+json" });
  const set = (path: string, field: string, value: unknown, as = "demo") =>
    patch(path, [{ op: "replace", path: `/${field}`, value }], as);
  async function make(name: string, more: object = {}, as = "demo"): Promise<string> {
    const { status, body, text } = await ask("POST", "/artifacts/packages", { name, ...more }, as);
    assert.equal(status, 201, text);
    return `/artifacts/packages/${body.id}`;
  }

  test("name artifacts that are there and seen, or addresses outside that nobody here asks", async () => {
    const base = await make("base");
    const it = await make("it", { requires: [base, "https://there.example/x"] });
    assert.deepEqual((await ask("GET", it)).body.requires, [base, "https://there.example/x"]);
    const add = (value: string) => patch(it, [{ op: "add", path: "/requires/-", value }]);
    const others = await make("others", {}, "stranger");
    for (const wrong of [
      "nothing",
      "/artifacts/packages/none",
      `/artifacts/images/${base.split("/")[3]}`,
      others,
      "http://",
    ])
      assert.equal((await add(wrong)).status, 400, wrong);
    const refused = await ask("POST", "/artifacts/packages", { name: "x", requires: [others] });
    assert.match(refused.body.error.message, /Field: requires. Exception: Link .* doesn't exist$/);
    assert.equal((await patch(it, [{ op: "remove", path: "/requires/0" }])).status, 200);
    assert.equal((await ask("DELETE", base)).status, 204);
    assert.equal((await ask("DELETE", it)).status, 204);
    await ask("DELETE", others, undefined, "stranger");
  });

  test("keep these from being deleted, unless an administrator insists", async () => {
    const base = await make("base");
    const it = await make("user of base", { version: "2.1", requires: [base] });
    const refused = await ask("DELETE", base);
    assert.equal(refused.status, 409);
    assert.ok(refused.body.error.message.includes(`${it} (user of base 2.1.0)`), refused.text);
    assert.equal((await ask("DELETE", base, undefined, "admin")).status, 409);
    assert.equal((await ask("DELETE", `${base}?force=true`)).status, 403);
    assert.equal((await ask("DELETE", `${base}?force=true`, undefined, "admin")).status, 204);
    assert.deepEqual((await ask("GET", it)).body.requires, [base]);
    assert.equal((await set(it, "description", "without its base")).status, 200);
    assert.equal((await ask("DELETE", it)).status, 204);
  });

  test("become public only on what is public and active", async () => {
    const base = await make("base");
    const it = await make("it", { requires: [base] });
    for (const path of [base, it]) assert.equal((await set(path, "status", "active")).status, 200);
    const refused = await set(it, "visibility", "public", "admin");
    assert.equal(refused.status, 403);
    assert.match(refused.body.error.message, /in field 'requires' is not public and active/);
    assert.equal((await set(base, "visibility", "public", "admin")).status, 200);
    assert.equal((await set(it, "visibility", "public", "admin")).status, 200);
    for (const path of [it, base]) assert.equal((await ask("DELETE", path, undefined, "admin")).status, 204);
  });

  test("a link that is written while its target is deleted: one of the two wins", async () => {
    for (let round = 0; round < 8; round += 1) {
      const [base, it] = [await make(`base ${round}`), await make(`it ${round}`)];
      const [linked, deleted] = await Promise.all([set(it, "requires", [base]), ask("DELETE", base)]);
      assert.ok(
        [
          [200, 409],
          [400, 204],
        ].some(([one, other]) => linked.status === one && deleted.status === other),
        `${linked.status} ${deleted.status}`,
      );
    }
  });
});

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { blockStorage } from "../service.ts";

suite("volume types", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [blockStorage], drivers: { "block-storage": simulatedBlockStorage() } });
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) => cloud.call(method, `/volume/v3${path}`, more);
  const create = async (volume_type: object) =>
    (await call("POST", "/types", { body: { volume_type } })).body.volume_type;
  const names = async (query = "", more: Call = {}) =>
    (await call("GET", `/types${query}`, more)).body.volume_types.map((it: { name: string }) => it.name);

  test("there is a default type, and it stays", async () => {
    const { volume_type: it } = (await call("GET", "/types/default", { as: "demo" })).body;
    assert.equal(it.name, "__DEFAULT__");
    assert.equal((await call("DELETE", `/types/${it.id}`)).status, 400);
  });

  test("administrators make, change and delete types; others do not", async () => {
    const body = { volume_type: { name: "fast", extra_specs: { speed: "high", multiattach: "<is> False" } } };
    assert.equal((await call("POST", "/types", { body, as: "demo" })).status, 403);
    const answer = await call("POST", "/types", { body });
    assert.equal(answer.status, 200);
    const { id } = answer.body.volume_type;
    assert.equal((await call("POST", "/types", { body })).status, 409);
    const plain = (await call("GET", `/types/${id}`, { as: "demo" })).body.volume_type;
    assert.deepEqual(plain.extra_specs, { multiattach: "<is> False" });
    const changed = await call("PUT", `/types/${id}`, { body: { volume_type: { name: "faster", is_public: false } } });
    assert.deepEqual([changed.body.volume_type.name, changed.body.volume_type.is_public], ["faster", false]);
    assert.equal((await call("PUT", `/types/${id}`, { body: { volume_type: {} } })).status, 400);
    assert.equal((await call("DELETE", `/types/${id}`)).status, 202);
    assert.equal((await call("GET", `/types/${id}`)).status, 404);
  });

  test("a private type is for the projects that it was opened to", async () => {
    const { id } = await create({ name: "secret", "os-volume-type-access:is_public": false });
    const project = cloud.actors.demo.projectId;
    assert.equal((await call("GET", `/types/${id}`, { as: "demo" })).status, 404);
    const wish = { body: { volume: { size: 1, volume_type: "secret" } }, as: "demo" };
    assert.equal((await call("POST", "/volumes", wish)).status, 404);
    const act = (body: object) => call("POST", `/types/${id}/action`, { body });
    assert.equal((await act({ addProjectAccess: { project } })).status, 202);
    assert.equal((await act({ addProjectAccess: { project } })).status, 409);
    const { volume_type_access: access } = (await call("GET", `/types/${id}/os-volume-type-access`)).body;
    assert.deepEqual(access, [{ volume_type_id: id, project_id: project }]);
    assert.ok((await names("", { as: "demo" })).includes("secret"));
    const { volume } = (await call("POST", "/volumes", wish)).body;
    assert.equal(volume.volume_type, "secret");
    await cloud.settle();
    assert.equal((await call("DELETE", `/types/${id}`)).status, 400);
    await call("DELETE", `/volumes/${volume.id}`);
    await cloud.settle();
    assert.equal((await act({ removeProjectAccess: { project } })).status, 202);
    assert.equal((await act({ removeProjectAccess: { project } })).status, 404);
    assert.deepEqual(await names("?is_public=False"), ["secret"]);
    assert.ok((await names("?is_public=None")).length >= 2);
    await call("DELETE", `/types/${id}`);
  });

  test("extra specs are listed, added, changed and removed", async () => {
    const { id } = await create({ name: "specs" });
    const at = `/types/${id}/extra_specs`;
    assert.deepEqual((await call("POST", at, { body: { extra_specs: { a: "1" } } })).body, { extra_specs: { a: "1" } });
    assert.deepEqual((await call("PUT", `${at}/a`, { body: { a: "2" } })).body, { a: "2" });
    assert.equal((await call("PUT", `${at}/a`, { body: { b: "2" } })).status, 400);
    assert.equal((await call("PUT", `${at}/a`, { body: { a: "2", b: "2" } })).status, 400);
    assert.deepEqual((await call("GET", `${at}/a`)).body, { a: "2" });
    assert.deepEqual((await call("GET", at)).body, { extra_specs: { a: "2" } });
    assert.equal((await call("DELETE", `${at}/a`)).status, 202);
    assert.equal((await call("GET", `${at}/a`)).status, 404);
    await call("DELETE", `/types/${id}`);
  });

  test("a project may have a default type of its own", async () => {
    const { id } = await create({ name: "own" });
    const at = `/default-types/${cloud.actors.demo.projectId}`;
    const body = { default_type: { volume_type: "own" } };
    assert.equal((await call("PUT", at, { body, version: "3.61" })).status, 404);
    const set = await call("PUT", at, { body, version: "3.62" });
    assert.deepEqual(set.body.default_type, { project_id: cloud.actors.demo.projectId, volume_type_id: id });
    assert.equal((await call("GET", "/types/default", { as: "demo" })).body.volume_type.name, "own");
    assert.equal((await call("DELETE", `/types/${id}`)).status, 400);
    assert.equal((await call("GET", "/default-types", { version: "3.62" })).body.default_types.length, 1);
    assert.equal((await call("DELETE", at, { version: "3.62" })).status, 204);
    assert.equal((await call("GET", at, { version: "3.62" })).status, 404);
    await call("DELETE", `/types/${id}`);
  });

  test("a type that promises what no storage here does makes no volume", async () => {
    const { id } = await create({ name: "shared", extra_specs: { multiattach: "<is> True" } });
    const body = { volume: { size: 1, volume_type: id } };
    assert.equal((await call("POST", "/volumes", { body, as: "demo" })).status, 400);
    await call("DELETE", `/types/${id}`);
  });
});

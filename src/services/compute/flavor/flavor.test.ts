import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Call, testCloud } from "#test/cloud.ts";

const tiny = { id: "1", name: "m1.tiny", ram: 512, vcpus: "1", disk: 1 };

test("a flavor is made by administrators alone, and read by everybody", async (t) => {
  const { call } = await begin(t);
  assert.equal((await call("POST", "/flavors", { as: "demo", body: { flavor: tiny } })).status, 403);
  const made = await call("POST", "/flavors", { body: { flavor: tiny } });
  assert.equal(made.status, 200);
  const { flavor } = (await call("GET", "/flavors/1", { as: "reader" })).body;
  assert.deepEqual(flavor, made.body.flavor);
  assert.equal(flavor.vcpus, 1);
  assert.equal(flavor.swap, "");
  assert.equal(flavor["os-flavor-access:is_public"], true);
  assert.equal(flavor.links[0].href, `${flavor.links[1].href.replace("/flavors/1", "")}/v2.1/flavors/1`);
});

test("a flavor shows its description from 2.55, its extra specs from 2.61 and swap as a number from 2.75", async (t) => {
  const { call } = await begin(t);
  await call("POST", "/flavors", { version: "2.55", body: { flavor: { ...tiny, description: "for tests" } } });
  const keys = async (version: string) => Object.keys((await call("GET", "/flavors/1", { version })).body.flavor);
  assert.ok(!(await keys("2.54")).includes("description"));
  assert.ok((await keys("2.55")).includes("description"));
  assert.ok(!(await keys("2.60")).includes("extra_specs"));
  assert.ok((await keys("2.61")).includes("extra_specs"));
  assert.equal((await call("GET", "/flavors/1", { version: "2.75" })).body.flavor.swap, 0);
  const body = { flavor: { description: null } };
  assert.equal((await call("PUT", "/flavors/1", { version: "2.54", body })).status, 404);
  assert.equal((await call("PUT", "/flavors/1", { version: "2.55", body })).body.flavor.description, null);
});

test("names and ids of flavors are taken once", async (t) => {
  const { call } = await begin(t);
  await call("POST", "/flavors", { body: { flavor: tiny } });
  const named = await call("POST", "/flavors", { body: { flavor: { ...tiny, id: "2" } } });
  assert.equal(named.status, 409);
  assert.equal(named.body.conflictingRequest.message, "Flavor with name m1.tiny already exists.");
  const numbered = await call("POST", "/flavors", { body: { flavor: { ...tiny, name: "other" } } });
  assert.equal(numbered.body.conflictingRequest.message, "Flavor with ID 1 already exists.");
});

test("sizes that no server can have are refused", async (t) => {
  const { call } = await begin(t);
  for (const wrong of [
    { ram: 0 },
    { vcpus: "0" },
    { disk: -1 },
    { name: " m1" },
    { rxtx_factor: 0 },
    { colour: "red" },
  ]) {
    const { status } = await call("POST", "/flavors", { body: { flavor: { ...tiny, ...wrong } } });
    assert.equal(status, 400, JSON.stringify(wrong));
  }
});

test("a list is sorted, filtered and paged with links", async (t) => {
  const { call } = await begin(t);
  for (const [id, ram] of [
    ["a", 3],
    ["b", 1],
    ["c", 2],
  ] as const)
    await call("POST", "/flavors", { body: { flavor: { ...tiny, id, name: id, ram } } });
  const ids = (answer: { body: { flavors: { id: string }[] } }) => answer.body.flavors.map((it) => it.id);
  const first = await call("GET", "/flavors?sort_key=memory_mb&sort_dir=desc&limit=2", { as: "demo" });
  assert.deepEqual(ids(first), ["a", "c"]);
  const next: string = first.body.flavors_links[0].href;
  assert.deepEqual(ids(await call("GET", next.slice(next.indexOf("/flavors")), { as: "demo" })), ["b"]);
  assert.deepEqual(ids(await call("GET", "/flavors/detail?minRam=2", { as: "demo" })), ["a", "c"]);
  const refusal = async (query: string) => (await call("GET", `/flavors?${query}`)).body.badRequest.message;
  assert.equal(await refusal("marker=x"), "marker [x] not found");
  assert.equal(await refusal("minRam=x"), "Invalid minRam filter [x]");
  assert.equal(await refusal("is_public=x"), "Invalid is_public filter [x]");
});

test("a private flavor is seen by the projects that were given it", async (t) => {
  const { call, cloud } = await begin(t);
  await call("POST", "/flavors", { body: { flavor: { ...tiny, "os-flavor-access:is_public": "False" } } });
  const seen = async () => (await call("GET", "/flavors/1", { as: "demo" })).status;
  assert.equal(await seen(), 404);
  assert.equal((await call("GET", "/flavors?is_public=None")).body.flavors.length, 1);
  const tenant = await project(cloud);
  const access = { flavor_access: [{ flavor_id: "1", tenant_id: tenant }] };
  const add = { body: { addTenantAccess: { tenant } } };
  assert.deepEqual((await call("POST", "/flavors/1/action", add)).body, access);
  assert.equal((await call("POST", "/flavors/1/action", add)).status, 409);
  assert.deepEqual((await call("GET", "/flavors/1/os-flavor-access")).body, access);
  const remove = { body: { removeTenantAccess: { tenant } } };
  assert.deepEqual((await call("POST", "/flavors/1/action", remove)).body, { flavor_access: [] });
  assert.equal((await call("POST", "/flavors/1/action", remove)).status, 404);
  const unknown = await call("POST", "/flavors/1/action", { body: { addTenantAccess: { tenant: "nobody" } } });
  assert.equal(unknown.body.badRequest.message, "Project ID nobody is not a valid project.");
});

test("extra specs are set, read and removed one by one, and checked from 2.86", async (t) => {
  const { call } = await begin(t);
  await call("POST", "/flavors", { body: { flavor: tiny } });
  const specs = "/flavors/1/os-extra_specs";
  const body = { extra_specs: { "hw:numa_nodes": 1, mine: "x" } };
  assert.deepEqual((await call("POST", specs, { body })).body, body);
  assert.deepEqual((await call("GET", `${specs}/mine`, { as: "demo" })).body, { mine: "x" });
  assert.equal((await call("PUT", `${specs}/mine`, { body: { other: "y" } })).status, 400);
  assert.equal((await call("DELETE", `${specs}/mine`)).status, 200);
  assert.equal((await call("DELETE", `${specs}/mine`)).status, 404);
  assert.deepEqual((await call("GET", specs, { as: "demo" })).body, { extra_specs: { "hw:numa_nodes": "1" } });
  for (const wrong of [
    { "hw:numa_nodes": "many" },
    { "hw:foo": "1" },
    { "hw:cpu_policy": "greedy" },
    { "os:x": "1" },
  ]) {
    assert.equal((await call("POST", specs, { version: "2.86", body: { extra_specs: wrong } })).status, 400);
    assert.equal((await call("POST", specs, { version: "2.85", body: { extra_specs: wrong } })).status, 200);
  }
});

test("a deleted flavor is gone", async (t) => {
  const { call } = await begin(t);
  await call("POST", "/flavors", { body: { flavor: tiny } });
  assert.equal((await call("DELETE", "/flavors/1")).status, 202);
  const { body } = await call("GET", "/flavors/1");
  assert.equal(body.itemNotFound.message, "Flavor 1 could not be found.");
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  return {
    cloud,
    call: (method: string, path: string, more?: Call) => cloud.call(method, `/compute/v2.1${path}`, more),
  };
}

async function project(cloud: Awaited<ReturnType<typeof testCloud>>): Promise<string> {
  const { domain } = (await cloud.call("POST", "/v3/domains", { body: { domain: { name: "somewhere" } } })).body;
  const project = { name: "somebody", domain_id: domain.id };
  return (await cloud.call("POST", "/v3/projects", { body: { project } })).body.project.id;
}

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { placement } from "./service.ts";

describe("the Placement API", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [placement], drivers: { placement: {} } });
  });
  after(() => cloud.stop());

  const latest = "1.39";
  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/placement${path}`, { body, version: latest, ...more });
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

  async function provider(n: number, name = `host-${n}`) {
    const { body } = await ask("POST", "/resource_providers", { name, uuid: uuid(n) });
    const inventories = { VCPU: { total: 8, allocation_ratio: 2 }, MEMORY_MB: { total: 1024, reserved: 24 } };
    const put = await ask("PUT", `/resource_providers/${uuid(n)}/inventories`, {
      resource_provider_generation: 0,
      inventories,
    });
    assert.equal(put.status, 200, put.text);
    return body;
  }
  const allocations = (n: number, resources: object, generation: number | null = null) => ({
    allocations: { [uuid(n)]: { resources } },
    project_id: "p",
    user_id: "u",
    consumer_generation: generation,
    consumer_type: "INSTANCE",
  });

  test("the version document needs no token", async () => {
    const { status, body } = await ask("GET", "/", undefined, { as: null });
    assert.equal(status, 200);
    assert.deepEqual(
      { ...body.versions[0], links: [] },
      { id: "v1.0", max_version: "1.39", min_version: "1.0", status: "CURRENT", links: [] },
    );
  });

  test("a member may not look", async () => {
    assert.equal((await ask("GET", "/resource_providers", undefined, { as: "demo" })).status, 403);
  });

  test("a provider is made, renamed and deleted", async () => {
    const made = await ask("POST", "/resource_providers", { name: "short", uuid: uuid(900) });
    assert.equal(made.status, 200, made.text);
    assert.equal(made.body.root_provider_uuid, uuid(900));
    assert.deepEqual(
      made.body.links.map((it: { rel: string }) => it.rel),
      ["self", "inventories", "usages", "aggregates", "traits", "allocations"],
    );
    const again = await ask("POST", "/resource_providers", { name: "short" });
    assert.equal(again.status, 409);
    assert.equal(again.body.errors[0].code, "placement.duplicate_name");
    assert.equal((await ask("PUT", `/resource_providers/${uuid(900)}`, { name: "long" })).body.name, "long");
    assert.equal((await ask("DELETE", `/resource_providers/${uuid(900)}`)).status, 204);
    const gone = await ask("GET", `/resource_providers/${uuid(900)}`);
    assert.equal(gone.status, 404);
    assert.equal(gone.body.errors[0].title, "Not Found");
  });

  test("before 1.20 a new provider is told by its location alone", async () => {
    const made = await ask("POST", "/resource_providers", { name: "old", uuid: uuid(901) }, { version: "1.0" });
    assert.equal(made.status, 201, made.text);
    assert.match(made.headers.location ?? "", new RegExp(`${uuid(901)}$`));
  });

  test("who writes with an old generation is told so", async () => {
    await provider(1);
    const late = await ask("PUT", `/resource_providers/${uuid(1)}/inventories`, {
      resource_provider_generation: 0,
      inventories: {},
    });
    assert.equal(late.status, 409);
    assert.equal(late.body.errors[0].code, "placement.concurrent_update");
  });

  test("allocations are made, counted, changed and deleted", async () => {
    await provider(2);
    const path = `/allocations/${uuid(20)}`;
    const put = await ask("PUT", path, allocations(2, { VCPU: 2, MEMORY_MB: 100 }));
    assert.equal(put.status, 204, put.text);
    const shown = (await ask("GET", path)).body;
    assert.deepEqual(shown.allocations[uuid(2)].resources, { MEMORY_MB: 100, VCPU: 2 });
    assert.equal(shown.consumer_type, "INSTANCE");
    assert.deepEqual((await ask("GET", `/resource_providers/${uuid(2)}/usages`)).body.usages, {
      MEMORY_MB: 100,
      VCPU: 2,
    });
    const usages = await ask("GET", "/usages?project_id=p&user_id=u");
    assert.deepEqual(usages.body.usages.INSTANCE, { MEMORY_MB: 100, VCPU: 2, consumer_count: 1 });
    assert.equal((await ask("PUT", path, allocations(2, { VCPU: 3 }))).status, 409);
    assert.equal((await ask("PUT", path, allocations(2, { VCPU: 3 }, shown.consumer_generation))).status, 204);
    const on = (await ask("GET", `/resource_providers/${uuid(2)}/allocations`)).body;
    assert.deepEqual(on.allocations[uuid(20)].resources, { VCPU: 3 });
    assert.equal(
      (await ask("DELETE", `/resource_providers/${uuid(2)}`)).body.errors[0].code,
      "placement.resource_provider.inuse",
    );
    assert.equal((await ask("DELETE", path)).status, 204);
    assert.equal((await ask("DELETE", path)).status, 404);
  });

  test("no more is allocated than there is", async () => {
    await provider(3);
    const over = await ask("PUT", `/allocations/${uuid(30)}`, allocations(3, { VCPU: 17 }));
    assert.equal(over.status, 409);
    assert.match(over.body.errors[0].detail, /The requested amount would exceed the capacity/);
    assert.deepEqual((await ask("GET", `/allocations/${uuid(30)}`)).body, { allocations: {} });
  });

  test("allocations of several consumers are all made or none", async () => {
    await provider(4);
    const both = { [uuid(40)]: allocations(4, { VCPU: 9 }), [uuid(41)]: allocations(4, { VCPU: 9 }) };
    assert.equal((await ask("POST", "/allocations", both)).status, 409);
    assert.deepEqual((await ask("GET", `/resource_providers/${uuid(4)}/usages`)).body.usages, {
      MEMORY_MB: 0,
      VCPU: 0,
    });
  });

  test("candidates have the room, the traits and the aggregates that are asked for", async () => {
    await provider(5);
    await provider(6);
    const generation = (await ask("GET", `/resource_providers/${uuid(6)}`)).body.generation;
    await ask("PUT", "/traits/CUSTOM_GOLD");
    const traits = { resource_provider_generation: generation, traits: ["CUSTOM_GOLD"] };
    assert.equal((await ask("PUT", `/resource_providers/${uuid(6)}/traits`, traits)).status, 200);
    const aggregates = { resource_provider_generation: generation + 1, aggregates: [uuid(77)] };
    assert.equal((await ask("PUT", `/resource_providers/${uuid(6)}/aggregates`, aggregates)).status, 200);
    for (const filter of ["required=CUSTOM_GOLD", `member_of=${uuid(77)}`, "required=in:CUSTOM_GOLD,HW_CPU_X86_VMX"]) {
      const { body, text } = await ask("GET", `/allocation_candidates?resources=VCPU:1&${filter}`);
      assert.deepEqual(Object.keys(body.provider_summaries ?? {}), [uuid(6)], text);
      assert.deepEqual(body.allocation_requests[0].allocations[uuid(6)], { resources: { VCPU: 1 } });
    }
    const without = (await ask("GET", "/allocation_candidates?resources=VCPU:1&required=!CUSTOM_GOLD")).body;
    assert.ok(!(uuid(6) in without.provider_summaries) && uuid(5) in without.provider_summaries);
    assert.equal(
      (await ask("GET", "/allocation_candidates?resources=VCPU:1&limit=1")).body.allocation_requests.length,
      1,
    );
    assert.equal((await ask("GET", "/allocation_candidates?resources1=VCPU:1")).status, 400);
  });

  test("providers are listed by name, resources and traits", async () => {
    await provider(7, "lonely");
    const names = async (query: string) =>
      (await ask("GET", `/resource_providers?${query}`)).body.resource_providers.map((it: { name: string }) => it.name);
    assert.deepEqual(await names("name=lonely"), ["lonely"]);
    assert.deepEqual(await names("name=lonely&resources=VCPU:16"), ["lonely"]);
    assert.deepEqual(await names("name=lonely&resources=VCPU:17"), []);
    assert.deepEqual(await names("name=lonely&required=CUSTOM_NOWHERE"), []);
    assert.deepEqual(await names(`in_tree=${uuid(7)}`), ["lonely"]);
  });

  test("custom resource classes and traits come and go", async () => {
    assert.equal((await ask("PUT", "/resource_classes/CUSTOM_GPU")).status, 201);
    assert.equal((await ask("PUT", "/resource_classes/CUSTOM_GPU")).status, 204);
    assert.equal((await ask("PUT", "/resource_classes/GPU")).status, 400);
    assert.equal((await ask("DELETE", "/resource_classes/VCPU")).status, 400);
    assert.equal((await ask("DELETE", "/resource_classes/CUSTOM_GPU")).status, 204);
    assert.equal((await ask("GET", "/resource_classes/CUSTOM_GPU")).status, 404);
    assert.equal((await ask("PUT", "/traits/CUSTOM_X")).status, 201);
    assert.equal((await ask("GET", "/traits/CUSTOM_X")).status, 204);
    assert.ok((await ask("GET", "/traits?name=startswith:CUSTOM_X")).body.traits.includes("CUSTOM_X"));
    assert.equal((await ask("DELETE", "/traits/CUSTOM_X")).status, 204);
    assert.equal((await ask("DELETE", "/traits/HW_CPU_X86_AVX")).status, 400);
  });

  test("a route is unknown before its version", async () => {
    assert.equal((await ask("GET", "/traits", undefined, { version: "1.5" })).status, 404);
    assert.equal((await ask("GET", "/traits", undefined, { version: "1.6" })).status, 200);
  });
});

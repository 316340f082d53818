import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "../service.ts";

describe("metadata definitions", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/image/v2${path}`, { body, ...more, headers: { accept: "application/json", ...more.headers } });
  const root = "/metadefs/namespaces";
  let last = 0;
  async function make(more: object = {}) {
    last += 1;
    const made = await ask("POST", root, { namespace: `N${last}`, visibility: "public", ...more });
    assert.equal(made.status, 201, made.text);
    return made.body.namespace as string;
  }

  test("begin with the common ones, whole and protected", async () => {
    const { body } = await ask("GET", `${root}?limit=100`, undefined, { as: "demo" });
    const names = body.namespaces.map((it: { namespace: string }) => it.namespace);
    for (const name of [
      "OS::Compute::Hypervisor",
      "OS::Compute::Quota",
      "OS::Software::WebServers",
      "CIM::VirtualSystemSettingData",
    ])
      assert.ok(names.includes(name), name);
    assert.ok(names.length >= 30, `${names.length}`);
    const whole = await ask("GET", `${root}/OS::Compute::VirtCPUTopology`, undefined, { as: "demo" });
    assert.equal(whole.body.properties.cpu_cores.type, "integer");
    const ofFlavors = await ask("GET", `${root}/OS::Compute::VirtCPUTopology?resource_type=OS::Nova::Flavor`);
    assert.ok(ofFlavors.body.properties["hw:cpu_cores"]);
    assert.equal((await ask("DELETE", `${root}/OS::Compute::VirtCPUTopology`)).status, 403);
    const types = (await ask("GET", "/metadefs/resource_types", undefined, { as: "demo" })).body.resource_types;
    assert.ok(types.some((it: { name: string }) => it.name === "OS::Glance::Image"));
  });

  test("a document brings its namespace with all that is in it, or nothing of it", async () => {
    const document = {
      namespace: "Whole",
      display_name: "A whole one",
      visibility: "public",
      protected: false,
      properties: { size: { title: "Size", type: "integer", minimum: 1, default: 3 } },
      objects: [
        { name: "Disk", required: ["bus"], properties: { bus: { title: "Bus", type: "string", enum: ["ide"] } } },
      ],
      tags: [{ name: "fast" }],
      resource_type_associations: [{ name: "OS::Nova::Flavor", prefix: "x:" }, { name: "My::Own::Type" }],
    };
    const made = await ask("POST", root, document);
    assert.equal(made.status, 201, made.text);
    assert.match(made.headers.location!, /metadefs\/namespaces\/Whole$/);
    const { body } = await ask("GET", `${root}/Whole?resource_type=OS::Nova::Flavor`);
    assert.deepEqual(Object.keys(body.properties), ["x:size"]);
    assert.deepEqual([body.objects[0].required, Object.keys(body.objects[0].properties)], [["x:bus"], ["x:bus"]]);
    assert.deepEqual([body.tags, body.self], [[{ name: "fast" }], "/v2/metadefs/namespaces/Whole"]);
    const types = (await ask("GET", "/metadefs/resource_types")).body.resource_types;
    assert.ok(types.some((it: { name: string }) => it.name === "My::Own::Type"));
    assert.equal((await ask("POST", root, document)).status, 409);
    const twice = await ask("POST", root, { ...document, namespace: "Half", tags: [{ name: "a" }, { name: "A" }] });
    assert.equal(twice.status, 409);
    assert.equal((await ask("GET", `${root}/Half`)).status, 404);
    assert.equal((await ask("DELETE", `${root}/Whole`)).status, 204);
    assert.equal((await ask("GET", `${root}/Whole/objects`)).status, 404);
  });

  test("are told what is wrong with them", async () => {
    const long = await ask("POST", root, { namespace: "x".repeat(81) });
    assert.deepEqual(
      [long.status, /does not match schema 'namespace': 'x+' is too long/.test(long.body.message)],
      [400, true],
    );
    assert.equal((await ask("POST", root, { namespace: "y", schema: "/x" })).status, 403);
    assert.match((await ask("POST", root, { display_name: "y" })).body.message, /'namespace' is a required property/);
    assert.match((await ask("POST", root, { namespace: "y", more: 1 })).body.message, /'more' was unexpected/);
    const ns = await make();
    assert.equal((await ask("POST", `${root}/${ns}/properties`, { name: "a", title: "A" })).status, 400);
    assert.equal(
      (await ask("POST", `${root}/${ns}/objects`, { name: "a", properties: { b: { title: "B", type: "x" } } })).status,
      400,
    );
    assert.equal((await ask("GET", `${root}?sort_dir=up`)).status, 400);
    assert.equal((await ask("GET", `${root}?limit=x`)).status, 400);
    assert.equal((await ask("GET", `${root}?visibility=some`)).status, 400);
    assert.equal((await ask("GET", `${root}?marker=none`)).status, 404);
  });

  test("are changed by an administrator only, and private ones seen by their owner only", async () => {
    const ns = await make({ visibility: "private", owner: cloud.actors.demo.projectId });
    assert.equal((await ask("GET", `${root}/${ns}`, undefined, { as: "reader" })).status, 200);
    assert.equal((await ask("GET", `${root}/${ns}`, undefined, { as: "stranger" })).status, 404);
    assert.equal((await ask("GET", `${root}/${ns}/objects`, undefined, { as: "stranger" })).status, 404);
    const listed = await ask("GET", `${root}?limit=100`, undefined, { as: "stranger" });
    assert.ok(!listed.text.includes(`"${ns}"`));
    for (const as of ["demo", "reader"]) {
      assert.equal((await ask("POST", root, { namespace: "no" }, { as })).status, 403);
      assert.equal((await ask("PUT", `${root}/${ns}`, { namespace: ns }, { as })).status, 403);
      assert.equal((await ask("DELETE", `${root}/${ns}`, undefined, { as })).status, 403);
      assert.equal((await ask("POST", `${root}/${ns}/objects`, { name: "o" }, { as })).status, 403);
      assert.equal((await ask("POST", `${root}/${ns}/tags`, { tags: [] }, { as })).status, 403);
    }
  });

  test("of a protected namespace nothing is deleted, until it is no longer protected", async () => {
    const ns = await make({ protected: true, tags: [{ name: "t" }], objects: [{ name: "o" }] });
    for (const path of ["", "/objects", "/objects/o", "/properties", "/tags", "/tags/t"])
      assert.equal((await ask("DELETE", `${root}/${ns}${path}`)).status, 403, path);
    const put = await ask("PUT", `${root}/${ns}`, { namespace: `${ns}-new`, protected: false });
    assert.deepEqual([put.status, put.body.protected, put.body.visibility], [200, false, "private"]);
    assert.equal((await ask("GET", `${root}/${ns}`)).status, 404);
    for (const path of ["/objects", "/tags", ""])
      assert.equal((await ask("DELETE", `${root}/${ns}-new${path}`)).status, 204);
  });

  test("objects and properties are added, shown, changed and deleted", async () => {
    const ns = await make({ resource_type_associations: [{ name: "OS::Glance::Image", prefix: "hw_" }] });
    const made = await ask("POST", `${root}/${ns}/objects`, { name: "o", description: "d" });
    assert.deepEqual([made.status, made.body.self], [201, `/v2/metadefs/namespaces/${ns}/objects/o`]);
    assert.equal((await ask("POST", `${root}/${ns}/objects`, { name: "o" })).status, 409);
    assert.equal((await ask("PUT", `${root}/${ns}/objects/o`, { name: "p" })).body.name, "p");
    assert.deepEqual((await ask("GET", `${root}/${ns}/objects`)).body.objects.length, 1);
    assert.equal((await ask("GET", `${root}/${ns}/objects/o`)).status, 404);
    assert.equal((await ask("DELETE", `${root}/${ns}/objects/p`)).status, 204);
    const one = { name: "disk_bus", title: "Bus", type: "string", enum: ["ide", "scsi"] };
    assert.equal((await ask("POST", `${root}/${ns}/properties`, one)).status, 201);
    assert.deepEqual((await ask("GET", `${root}/${ns}/properties/disk_bus`)).body, one);
    const there = `${root}/${ns}/properties/hw_disk_bus?resource_type=OS::Glance::Image`;
    assert.equal((await ask("GET", there)).body.name, "disk_bus");
    assert.equal((await ask("GET", `${root}/${ns}/properties/disk_bus?resource_type=OS::Glance::Image`)).status, 404);
    assert.equal((await ask("PUT", `${root}/${ns}/properties/disk_bus`, { ...one, title: "T" })).body.title, "T");
    assert.deepEqual(Object.keys((await ask("GET", `${root}/${ns}/properties`)).body.properties), ["disk_bus"]);
    assert.equal((await ask("DELETE", `${root}/${ns}/properties/disk_bus`)).status, 204);
    assert.equal((await ask("DELETE", `${root}/${ns}/properties/disk_bus`)).status, 404);
  });

  test("tags are given all at once, or one by one beside the others", async () => {
    const ns = await make();
    const tags = (...names: string[]) => ({ tags: names.map((name) => ({ name })) });
    const names = async () =>
      (await ask("GET", `${root}/${ns}/tags?sort_key=name&sort_dir=asc`)).body.tags.map(
        (it: { name: string }) => it.name,
      );
    assert.equal((await ask("POST", `${root}/${ns}/tags`, tags("a", "b", "c"))).status, 201);
    assert.equal((await ask("POST", `${root}/${ns}/tags`, tags("d"))).status, 201);
    assert.deepEqual(await names(), ["d"]);
    const append = { headers: { "x-openstack-append": "True" } };
    assert.equal((await ask("POST", `${root}/${ns}/tags`, tags("e"), append)).status, 201);
    assert.equal((await ask("POST", `${root}/${ns}/tags`, tags("E"), append)).status, 409);
    assert.deepEqual(await names(), ["d", "e"]);
    assert.equal((await ask("POST", `${root}/${ns}/tags/f`)).status, 201);
    assert.equal((await ask("PUT", `${root}/${ns}/tags/f`, { name: "g" })).body.name, "g");
    const page = await ask("GET", `${root}/${ns}/tags?sort_key=name&sort_dir=asc&limit=1&marker=d`);
    assert.deepEqual(page.body.tags, [{ name: "e" }]);
    assert.equal((await ask("DELETE", `${root}/${ns}/tags/g`)).status, 204);
    assert.equal((await ask("DELETE", `${root}/${ns}/tags`)).status, 204);
    assert.deepEqual(await names(), []);
  });

  test("resource types are associated and dissociated, and lists filtered by them", async () => {
    const ns = await make();
    const path = `${root}/${ns}/resource_types`;
    assert.equal((await ask("POST", path, { name: "Some::Type", prefix: "a:" })).status, 201);
    assert.equal((await ask("POST", path, { name: "Some::Type" })).status, 409);
    assert.equal((await ask("GET", path)).body.resource_type_associations[0].prefix, "a:");
    const found = await ask("GET", `${root}?resource_types=Some::Type,Other`);
    assert.deepEqual(
      found.body.namespaces.map((it: { namespace: string }) => it.namespace),
      [ns],
    );
    assert.equal((await ask("DELETE", `${path}/Some::Type`)).status, 204);
    assert.equal((await ask("DELETE", `${path}/Some::Type`)).status, 404);
  });

  test("namespaces come in pages", async () => {
    for (let i = 0; i < 3; i += 1) await make({ visibility: "private" });
    const first = (await ask("GET", `${root}?limit=2&visibility=private&sort_key=namespace&sort_dir=asc`)).body;
    assert.equal(first.namespaces.length, 2);
    const next = await ask("GET", first.next.slice("/v2".length));
    assert.ok(next.body.namespaces[0].namespace > first.namespaces[1].namespace);
    assert.match(first.first, /^\/v2\/metadefs\/namespaces\?limit=2/);
  });

  test("have schemas", async () => {
    for (const name of ["namespace", "object", "property", "tag", "resource_type", "resource_types"])
      assert.ok((await ask("GET", `/schemas/metadefs/${name}`)).body.properties, name);
    assert.equal((await ask("GET", "/schemas/metadefs/namespaces")).body.name, "namespaces");
    assert.equal((await ask("GET", "/schemas/metadefs/objects")).body.name, "objects");
    assert.equal((await ask("GET", "/schemas/metadefs/properties")).body.name, "properties");
    assert.equal((await ask("GET", "/schemas/metadefs/tags")).body.name, "tags");
  });
});

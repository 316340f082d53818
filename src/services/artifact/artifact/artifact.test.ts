import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { artifact } from "../service.ts";

const patchType = { "content-type": "application/json-patch+json" };
const replace = (field: string, value: unknown) => ({ op: "replace", path: `/${field}`, value });

describe("artifacts", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [artifact], drivers: { artifact: simulatedArtifacts() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/artifact${path}`, { as: "demo", body, ...more });
  const patch = (path: string, ops: unknown, as = "demo") => ask("PATCH", path, ops, { as, headers: patchType });
  async function make(values: object, type = "packages", as = "demo"): Promise<{ path: string; id: string }> {
    const { status, body, text } = await ask("POST", `/artifacts/${type}`, values, { as });
    assert.equal(status, 201, text);
    return { id: body.id, path: `/artifacts/${type}/${body.id}` };
  }
  const remove = async (...all: { path: string }[]) => {
    for (const { path } of all)
      assert.equal((await ask("DELETE", `${path}?force=true`, undefined, { as: "admin" })).status, 204);
  };
  const names = async (query: string, type = "packages") => {
    const { status, body, text } = await ask("GET", `/artifacts/${type}?${query}`);
    assert.equal(status, 200, text);
    return body.artifacts.map((it: { name: string; version: string }) => `${it.name} ${it.version}`);
  };

  test("discovery tells the versions, and a version that is none is not acceptable", async () => {
    const { status, body } = await ask("GET", "/versions", undefined, { as: null });
    assert.equal(status, 300);
    assert.deepEqual(
      body.versions.map((it: { version: string }) => it.version),
      ["1.0", "1.1"],
    );
    const refused = await ask("GET", "/schemas", undefined, { version: "1.9" });
    assert.equal(refused.status, 406);
    assert.deepEqual([refused.body.min_version, refused.body.max_version], ["1.0", "1.1"]);
    assert.equal((await ask("GET", "/schemas")).headers["openstack-api-version"], "artifact 1.0");
  });

  test("schemas tell the fields of every type", async () => {
    const { body } = await ask("GET", "/schemas");
    assert.ok(["all", "heat_templates", "images", "packages"].every((name) => name in body.schemas));
    const { schemas } = (await ask("GET", "/schemas/images")).body;
    const { image, disk_format, version } = schemas.images.properties;
    assert.equal(image.glareType, "Blob");
    assert.ok(disk_format.enum.includes("qcow2"));
    assert.deepEqual(version.filter_ops, ["eq", "neq", "in", "gt", "gte", "lt", "lte"]);
    assert.equal((await ask("GET", "/schemas/none")).status, 404);
  });

  test("a new one is a private draft with the defaults of its type", async () => {
    const { body } = await ask("POST", "/artifacts/images", {
      name: "one",
      version: "1.2",
      tags: ["a", "a"],
      min_ram: "5",
    });
    assert.match(body.created_at, /^2026-11-20T12:00:00Z$/);
    const { id, created_at, updated_at, ...rest } = body;
    assert.deepEqual(rest, {
      name: "one",
      version: "1.2.0",
      owner: cloud.actors.demo.projectId,
      status: "drafted",
      visibility: "private",
      description: "",
      tags: ["a"],
      metadata: {},
      activated_at: null,
      display_type_name: "Images",
      container_format: null,
      disk_format: null,
      min_ram: 5,
      min_disk: null,
      image: null,
      kernel_id: null,
      ramdisk_id: null,
      instance_uuid: null,
      architecture: null,
      os_distro: null,
      os_version: null,
    });
    const { body: general } = await ask("GET", `/artifacts/all/${id}`);
    assert.equal(general.type_name, "images");
    assert.equal("image" in general, false);
    await remove({ path: `/artifacts/images/${id}` });
  });

  test("what its type does not take is refused with the field's name", async () => {
    const refused = async (status: number, values: object, says: RegExp, type = "images") => {
      const answer = await ask("POST", `/artifacts/${type}`, values);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.body.error.message, says);
    };
    await refused(400, {}, /Name must be specified/);
    await refused(400, { name: "x".repeat(256) }, /Field: name. Exception: String length/);
    await refused(400, { name: "x", version: "dummy" }, /Field: version/);
    await refused(400, { name: "x", version: "70000" }, /too large/);
    await refused(400, { name: "x", status: "active" }, /status is not allowed in a request at creation/);
    await refused(400, { name: "x", image: {} }, /Use special Blob API/);
    await refused(400, { name: "x", none: 1 }, /Cannot add new field 'none'/);
    await refused(400, { name: "x", constructor: 1 }, /Cannot add new field/);
    await refused(403, { name: "x", owner: "me" }, /system field owner/);
    await refused(400, { name: "x", disk_format: "floppy" }, /one of the following/);
    await refused(400, { name: "x", min_ram: -1 }, /too small/);
    await refused(400, { name: "x", min_ram: "many" }, /invalid literal/);
    await refused(400, { name: "x", tags: ["a,b"] }, /tags/);
    await refused(400, { name: "x", tags: "a" }, /list is required/);
    await refused(400, { name: "x", metadata: { a: "" } }, /metadata/);
    await refused(400, { name: "x", metadata: { a: "x".repeat(256) } }, /metadata/);
    await refused(400, { name: "x", class_definitions: ["a", "a"] }, /must be unique/, "murano_packages");
    await refused(403, { name: "x" }, /read only/, "all");
    await refused(404, { name: "x" }, /'none' was not found/, "none");
  });

  test("a version of a name is there once in its project, and once in public", async () => {
    const one = await make({ name: "scoped", version: "1.0" });
    assert.equal((await ask("POST", "/artifacts/packages", { name: "scoped", version: "1" })).status, 409);
    const others = await make({ name: "scoped", version: "1.0" }, "packages", "stranger");
    for (const { path } of [one, others]) await patch(path, [replace("status", "active")], "admin");
    assert.equal((await patch(one.path, [replace("visibility", "public")], "admin")).status, 200);
    const second = await patch(others.path, [replace("visibility", "public")], "admin");
    assert.equal(second.status, 409);
    assert.equal(second.body.error.message, "Artifact with this name and version is already exists for this scope.");
    const beside = await make({ name: "scoped", version: "1.0" });
    const next = await make({ name: "scoped", version: "2.0" });
    assert.equal((await patch(next.path, [replace("version", "1.0")])).status, 409);
    const both = await Promise.all([1, 2].map(() => ask("POST", "/artifacts/packages", { name: "raced" })));
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
    const raced = both.find(({ status }) => status === 201)!.body;
    await remove(one, others, beside, next, { path: `/artifacts/packages/${raced.id}` });
  });

  test("what belongs to others looks absent; what is public is seen and not changed", async () => {
    const it = await make({ name: "mine" });
    for (const method of ["GET", "DELETE"])
      assert.equal((await ask(method, it.path, undefined, { as: "stranger" })).status, 404);
    assert.equal((await patch(it.path, [replace("description", "x")], "stranger")).status, 404);
    assert.equal((await patch(it.path, [replace("status", "active")])).status, 200);
    assert.equal((await patch(it.path, [replace("visibility", "public")])).status, 403);
    assert.equal((await patch(it.path, [replace("visibility", "public")], "admin")).status, 200);
    assert.equal((await ask("GET", it.path, undefined, { as: "stranger" })).status, 200);
    assert.equal((await patch(it.path, [replace("description", "x")], "stranger")).status, 403);
    assert.equal((await patch(it.path, [replace("description", "x")])).status, 403);
    assert.equal((await ask("DELETE", it.path)).status, 403);
    assert.equal((await patch(it.path, [replace("visibility", "private")], "admin")).status, 403);
    assert.equal((await ask("POST", "/artifacts/packages", { name: "r" }, { as: "reader" })).status, 403);
    await remove(it);
  });

  test("the life cycle: drafted, active, deactivated, active again, deleted", async () => {
    const it = await make({ name: "alive", template_format: "yaml" }, "tosca_templates");
    const incomplete = await patch(it.path, [replace("status", "active")]);
    assert.equal(incomplete.status, 403);
    assert.equal(incomplete.body.error.message, "'template' field value must be set before activation.");
    const put = { headers: { "content-type": "text/plain" } };
    assert.equal((await ask("PUT", `${it.path}/template`, "tosca: 1", put)).status, 200);
    assert.equal((await patch(it.path, [replace("status", "deactivated")], "admin")).status, 403);
    const active = await patch(it.path, [replace("status", "active"), replace("description", "said")]);
    assert.deepEqual([active.body.status, active.body.description], ["active", "said"]);
    assert.equal(active.body.activated_at, "2026-11-20T12:00:00Z");
    assert.equal((await patch(it.path, [replace("status", "active")])).status, 200);
    for (const [field, value] of [
      ["name", "other"],
      ["version", "9"],
      ["template_format", "x"],
      ["metadata", {}],
    ] as const)
      assert.equal((await patch(it.path, [replace(field, value)])).status, 403, field);
    assert.equal((await patch(it.path, [replace("tags", ["new"])])).status, 200);
    assert.equal((await ask("PUT", `${it.path}/template`, "other", put)).status, 403);
    assert.equal((await patch(it.path, [replace("status", "drafted")])).status, 403);
    assert.equal((await patch(it.path, [replace("status", "deleted")])).status, 403);
    assert.equal((await patch(it.path, [replace("status", "deleting")])).status, 400);
    assert.equal((await patch(it.path, [replace("status", "deactivated")])).status, 403);
    assert.equal((await patch(it.path, [replace("status", "deactivated")], "admin")).status, 200);
    assert.equal((await patch(it.path, [replace("tags", [])])).status, 403);
    assert.equal((await patch(it.path, [replace("visibility", "public")], "admin")).status, 403);
    assert.equal((await ask("GET", `${it.path}/template`)).status, 403);
    assert.equal((await ask("GET", `${it.path}/template`, undefined, { as: "admin" })).text, "tosca: 1");
    assert.equal((await ask("DELETE", it.path)).status, 403);
    assert.equal((await patch(it.path, [replace("status", "active")])).status, 403);
    assert.equal((await patch(it.path, [replace("status", "active")], "admin")).status, 200);
    assert.equal((await ask("DELETE", it.path)).status, 204);
    assert.equal((await ask("GET", it.path)).status, 404);
  });

  test("a patch is RFC 6902's, all or nothing", async () => {
    const it = await make({ name: "patched", metadata: { a: "1" }, requires: [] });
    const good = async (ops: unknown[], field: string, value: unknown) => {
      const { status, body, text } = await patch(it.path, ops);
      assert.equal(status, 200, text);
      assert.deepEqual(body[field], value);
    };
    await good([{ op: "add", path: "/metadata/b~1c", value: "2" }], "metadata", { a: "1", "b/c": "2" });
    await good([{ op: "remove", path: "/metadata/a" }], "metadata", { "b/c": "2" });
    await good(
      [
        { op: "add", path: "/tags/-", value: "x" },
        { op: "add", path: "/tags/0", value: "w" },
      ],
      "tags",
      ["w", "x"],
    );
    await good(
      [
        { op: "replace", path: "/tags/1", value: "y" },
        { op: "remove", path: "/tags/0" },
      ],
      "tags",
      ["y"],
    );
    await good([{ op: "copy", from: "/name", path: "/description" }], "description", "patched");
    await good([{ op: "move", from: "/metadata/b~1c", path: "/metadata/d" }], "metadata", { d: "2" });
    await good([replace("kind", "plug-in")], "kind", "plug-in");
    await good([replace("kind", null)], "kind", "generic");
    await good([{ op: "test", path: "/name", value: "patched" }, replace("vendor", "v")], "vendor", "v");
    const bad = [
      { op: "replace", path: "/name" },
      { op: "replace", path: null, value: "x" },
      { op: "replace", path: "/", value: "x" },
      { op: "replace", path: "//", value: "x" },
      { op: "replace", path: "name", value: "x" },
      { op: "no-op", path: "/name", value: "x" },
      { op: "remove", path: "/vendor" },
      { op: "remove", path: "/metadata/none" },
      { op: "replace", path: "/metadata/none", value: "x" },
      { op: "add", path: "/metadata/", value: "x" },
      { op: "add", path: "/metadata", value: "x" },
      { op: "add", path: "/none", value: "x" },
      { op: "add", path: "/tags/9", value: "x" },
      { op: "add", path: "/files/a", value: {} },
      { op: "replace", path: "/package", value: null },
      { op: "replace", path: "/name", value: null },
      { op: "test", path: "/name", value: "other" },
      "text",
    ];
    for (const op of bad) {
      const { status, text } = await patch(it.path, [replace("vendor", "not kept"), op]);
      assert.equal(status, 400, `${JSON.stringify(op)}: ${text}`);
    }
    assert.equal((await patch(it.path, [replace("id", "x")])).status, 403);
    assert.equal((await patch(it.path, { op: "add" })).status, 400);
    assert.equal((await ask("PATCH", it.path, [])).status, 415);
    assert.equal((await ask("GET", it.path)).body.vendor, "v");
    await remove(it);
  });

  test("lists are filtered by what the fields' kinds allow, sorted and paged", async () => {
    const made = [
      await make({ name: "list", version: "1.0-rc.1", tags: ["x", "y"], kind: "plug-in", metadata: { os: "debian" } }),
      await make({ name: "list", version: "1.10", tags: ["y"], vendor: "b" }),
      await make({ name: "list", version: "1.9", tags: [], vendor: "a,c" }),
      await make({ name: "lost", version: "0.1", vendor: "a" }),
    ];
    assert.deepEqual(await names("name=list&sort=version:asc"), ["list 1.0.0-rc.1", "list 1.9.0", "list 1.10.0"]);
    assert.deepEqual(await names("name=list&version=gte:1.0&sort=version:asc"), ["list 1.9.0", "list 1.10.0"]);
    assert.deepEqual(await names("version=latest&sort=name:asc"), ["list 1.10.0", "lost 0.1.0"]);
    assert.deepEqual(await names("version=latest&tags=y,x"), ["list 1.0.0-rc.1"]);
    assert.deepEqual(await names("version=in:0.1,1.9&sort=name:desc"), ["lost 0.1.0", "list 1.9.0"]);
    assert.deepEqual(await names("name=like:lo%25"), ["lost 0.1.0"]);
    assert.deepEqual(await names("name=neq:list"), ["lost 0.1.0"]);
    assert.deepEqual(await names("tags-any=x,z"), ["list 1.0.0-rc.1"]);
    assert.deepEqual(await names("metadata=os"), ["list 1.0.0-rc.1"]);
    assert.deepEqual(await names("metadata.os=debian&kind=plug-in"), ["list 1.0.0-rc.1"]);
    assert.deepEqual(await names("metadata.os=in:a,b"), []);
    assert.deepEqual(await names('vendor=in:"a,c",z'), ["list 1.9.0"]);
    assert.deepEqual(await names("vendor=or:a&name=or:nothing"), ["lost 0.1.0"]);
    assert.deepEqual(await names("sort=vendor:asc"), ["lost 0.1.0", "list 1.9.0", "list 1.10.0"]);
    assert.deepEqual(await names("created_at=lt:2026-11-20T11:00:00"), []);
    assert.equal((await names(`status=drafted&owner=${cloud.actors.demo.projectId}`)).length, 4);
    assert.equal((await names("type_name=packages", "all")).length, 4);
    const { body } = await ask("GET", "/artifacts/packages?limit=3&sort=version:asc");
    assert.deepEqual([body.total_count, body.artifacts.length, body.schema], [4, 3, "/schemas/packages"]);
    assert.match(body.next, /^\/artifacts\/packages\?.*marker=/);
    const next = (await ask("GET", body.next)).body;
    assert.deepEqual([next.artifacts[0].version, next.next], ["1.10.0", undefined]);
    const byVendor = (await ask("GET", "/artifacts/packages?limit=2&sort=vendor:asc")).body;
    assert.deepEqual(
      (await ask("GET", byVendor.next)).body.artifacts.map((it: { vendor: string }) => it.vendor),
      ["b"],
    );
    for (const bad of [
      "none=1",
      "name=gt:1",
      "description=x",
      "kind.a=1",
      "metadata=neq:a",
      "sort=license",
      "sort=none",
      "sort=name:up",
      "sort=kind,vendor",
      "limit=-1",
      "limit=x",
      "version=gt:x",
      "tags=eq:x",
      "vendor=in:%22a",
      "created_at=lt:now",
      "name=",
      "visibility=none",
    ])
      assert.equal((await ask("GET", `/artifacts/packages?${bad}`)).status, 400, bad);
    assert.equal((await ask("GET", "/artifacts/packages?marker=none")).status, 404);
    assert.equal((await ask("GET", "/artifacts/packages", undefined, { as: "stranger" })).body.total_count, 0);
    assert.equal((await ask("GET", "/artifacts", undefined, { as: "admin" })).body.total_count, 4);
    await remove(...made);
  });
});

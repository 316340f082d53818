import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { qcow2Sample } from "./inspect/samples.ts";
import { imageOffer } from "./offer.ts";
import { image } from "./service.ts";

describe("the Image API", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/image/v2${path}`, {
      as: "demo",
      body,
      ...more,
      headers: { accept: "application/json", ...more.headers },
    });
  const bytes = { "content-type": "application/octet-stream" };
  const patch = { "content-type": "application/openstack-images-v2.1-json-patch" };

  async function create(more: object = {}, as = "demo") {
    const made = await ask(
      "POST",
      "/images",
      { name: "some", disk_format: "raw", container_format: "bare", ...more },
      { as },
    );
    assert.equal(made.status, 201, made.text);
    return made.body;
  }
  const upload = (id: string, body: Buffer | string, more: Call = {}) =>
    ask("PUT", `/images/${id}/file`, Buffer.from(body), { headers: bytes, ...more });
  async function active(more: object = {}, as = "demo") {
    const made = await create(more, as);
    const put = await upload(made.id, "hello", { as });
    assert.equal(put.status, 204, put.text);
    return made.id as string;
  }
  const change = (id: string, changes: unknown, more: Call = {}) =>
    ask("PATCH", `/images/${id}`, JSON.stringify(changes), { headers: patch, ...more });

  test("discovery tells the versions, and 300 at the root", async () => {
    const root = await cloud.call("GET", "/image/", { as: null });
    assert.equal(root.status, 300);
    assert.equal(root.body.versions[0].id, "v2.16");
    assert.equal(root.body.versions[0].status, "CURRENT");
    assert.equal((await cloud.call("GET", "/image/versions", { as: null })).status, 200);
    const ids = root.body.versions.map(({ id }: { id: string }) => id);
    assert.deepEqual([ids.length, ids.at(-1)], [17, "v2.0"]);
  });

  test("a request for version 1 is told where version 2 is", async () => {
    for (const path of ["/v1", "/v1/images", "/v1/images/detail", "/v1/images/x"]) {
      const { status, body } = await cloud.call("GET", `/image${path}`, { as: null });
      assert.deepEqual([status, body.versions[0].id], [300, "v2.16"]);
      assert.match(body.message, /Version 1 of the Image API is gone/);
    }
  });

  test("an image is queued until its bytes have come, and then active with its hashes", async () => {
    const made = await create({ os_distro: "debian" });
    assert.deepEqual([made.status, made.visibility, made.size, made.os_distro], ["queued", "shared", null, "debian"]);
    assert.equal((await ask("GET", `/images/${made.id}/file`)).status, 204);
    assert.equal((await upload(made.id, "hello")).status, 204);
    const { body } = await ask("GET", `/images/${made.id}`);
    assert.equal(body.status, "active");
    assert.deepEqual([body.size, body.virtual_size, body.os_hash_algo], [5, 5, "sha512"]);
    assert.equal(body.checksum, createHash("md5").update("hello").digest("hex"));
    assert.equal(body.os_hash_value, createHash("sha512").update("hello").digest("hex"));
    const file = await ask("GET", `/images/${made.id}/file`);
    assert.deepEqual([file.status, file.text, file.headers["content-md5"]], [200, "hello", body.checksum]);
    const part = await ask("GET", `/images/${made.id}/file`, undefined, { headers: { range: "bytes=1-3" } });
    assert.deepEqual([part.status, part.text, part.headers["content-range"]], [206, "ell", "bytes 1-3/5"]);
    assert.equal(
      (await ask("GET", `/images/${made.id}/file`, undefined, { headers: { range: "bytes=9-" } })).status,
      416,
    );
    assert.equal((await upload(made.id, "again")).status, 409);
  });

  test("bytes that are not what they are said to be are refused, and the image is queued again", async () => {
    const made = await create();
    const put = await upload(made.id, qcow2Sample());
    assert.equal(put.status, 415);
    assert.match(put.body.message, /said to be raw, and it is qcow2/);
    assert.equal((await ask("GET", `/images/${made.id}`)).body.status, "queued");
    assert.ok(!(await cloud.drivers.image.traces()).some(({ subject }: { subject: string }) => subject === made.id));
    assert.equal((await upload(made.id, "raw")).status, 204);
  });

  test("bytes of another media type are refused", async () => {
    const made = await create();
    assert.equal(
      (await ask("PUT", `/images/${made.id}/file`, "{}", { headers: { "content-type": "application/json" } })).status,
      415,
    );
  });

  test("an image without formats takes no bytes", async () => {
    const made = await create({ disk_format: null });
    const put = await upload(made.id, "x");
    assert.equal(put.status, 400);
    assert.match(put.body.message, /Properties disk_format must be set prior to saving data/);
  });

  test("more than the store has room for is 413, and nothing stays", async () => {
    const small = await testCloud({ services: [image], drivers: { image: simulatedImages({ roomBytes: 3 }) } });
    const made = await small.call("POST", "/image/v2/images", {
      body: { disk_format: "raw", container_format: "bare" },
    });
    const path = `/image/v2/images/${made.body.id}`;
    assert.equal((await small.call("PUT", `${path}/file`, { body: Buffer.from("four"), headers: bytes })).status, 413);
    assert.equal((await small.call("GET", path)).body.status, "queued");
    assert.deepEqual(await small.leftovers(), []);
    await small.stop();
  });

  test("an upload whose process is gone is taken back", async () => {
    const made = await create();
    await cloud
      .world("image")
      .write((tx) =>
        tx.db
          .updateTable("imageImages")
          .set({ status: "saving", uploadId: "lost", uploadStore: "memory", uploadAt: tx.now })
          .where("id", "=", made.id)
          .execute(),
      );
    assert.equal((await cloud.runLoop("image.image.uploads")).changed, 0);
    await cloud.later("6m");
    await cloud.runLoop("image.image.uploads");
    assert.equal((await ask("GET", `/images/${made.id}`)).body.status, "queued");
    assert.equal((await cloud.runLoop("image.image.uploads")).changed, 0);
    assert.equal((await upload(made.id, "x")).status, 204);
  });

  test("patches add, replace and remove", async () => {
    const { id } = await create({ colour: "red" });
    const changed = await change(id, [
      { op: "replace", path: "/name", value: "other" },
      { op: "add", path: "/size_of_it", value: "big" },
      { op: "remove", path: "/colour" },
      { op: "replace", path: "/tags", value: ["a", "b", "a"] },
    ]);
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(
      [changed.body.name, changed.body.size_of_it, changed.body.colour, changed.body.tags],
      ["other", "big", undefined, ["a", "b"]],
    );
    const old = await ask("PATCH", `/images/${id}`, JSON.stringify([{ replace: "/name", value: "old" }]), {
      headers: { "content-type": "application/openstack-images-v2.0-json-patch" },
    });
    assert.equal(old.body.name, "old");
  });

  test("patches say why not", async () => {
    const id = await active();
    const status = async (...changes: object[]) => (await change(id, changes)).status;
    assert.equal(await status({ op: "replace", path: "/status", value: "queued" }), 403);
    assert.equal(await status({ op: "replace", path: "/id", value: "x" }), 403);
    assert.equal(await status({ op: "replace", path: "/nothing", value: "x" }), 409);
    assert.equal(await status({ op: "remove", path: "/name" }), 403);
    assert.equal(await status({ op: "replace", path: "/disk_format", value: "qcow2" }), 403);
    assert.equal(await status({ op: "replace", path: "/owner", value: "x" }), 403);
    assert.equal(await status({ op: "replace", path: "/visibility", value: "public" }), 403);
    assert.equal(await status({ op: "replace", path: "/visibility", value: "odd" }), 400);
    assert.equal(await status({ op: "add", path: "/x", value: 5 }), 400);
    assert.equal(await status({ op: "move", path: "/x" }), 400);
    assert.equal((await ask("PATCH", `/images/${id}`, [])).status, 415);
  });

  test("a protected image is not deleted", async () => {
    const { id } = await create({ protected: true });
    const no = await ask("DELETE", `/images/${id}`);
    assert.equal(no.status, 403);
    assert.equal(no.body.message, `Image ${id} is protected and cannot be deleted.`);
    await change(id, [{ op: "replace", path: "/protected", value: false }]);
    assert.equal((await ask("DELETE", `/images/${id}`)).status, 204);
    assert.equal((await ask("GET", `/images/${id}`)).status, 404);
  });

  test("a deleted image's bytes go too", async () => {
    const { id } = await create();
    assert.equal((await upload(id, "what nothing else is")).status, 204);
    await cloud.settle();
    const before = (await cloud.drivers.image.traces()).length;
    await ask("DELETE", `/images/${id}`);
    await cloud.settle();
    assert.equal((await cloud.drivers.image.traces()).length, before - 1);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("what is not one's own looks absent, and what is public can be seen but not changed", async () => {
    const own = await active();
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/file"],
    ] as const)
      assert.equal((await ask(method, `/images/${own}${path}`, undefined, { as: "stranger" })).status, 404);
    const everyones = await active({ visibility: "public" }, "admin");
    assert.equal((await ask("GET", `/images/${everyones}`)).status, 200);
    assert.equal((await ask("GET", `/images/${everyones}/file`)).text, "hello");
    assert.equal((await change(everyones, [{ op: "replace", path: "/name", value: "mine" }])).status, 403);
    assert.equal((await ask("DELETE", `/images/${everyones}`)).status, 403);
    assert.equal((await ask("POST", "/images", { visibility: "public" })).status, 403);
  });

  test("a shared image is its members' who accept it", async () => {
    const id = await active({ name: "shared-one" });
    const member = cloud.actors.stranger.projectId;
    const add = () => ask("POST", `/images/${id}/members`, { member });
    assert.equal((await add()).body.status, "pending");
    assert.equal((await add()).status, 409);
    const asMember = { as: "stranger" };
    const seen = async () => (await ask("GET", "/images?name=shared-one", undefined, asMember)).body.images.length;
    assert.equal((await ask("GET", `/images/${id}`, undefined, asMember)).status, 200);
    assert.equal(await seen(), 0);
    assert.equal((await ask("PUT", `/images/${id}/members/${member}`, { status: "accepted" })).status, 403);
    assert.equal((await ask("PUT", `/images/${id}/members/${member}`, { status: "accepted" }, asMember)).status, 200);
    assert.equal(await seen(), 1);
    assert.equal((await ask("GET", `/images/${id}/members`)).body.members.length, 1);
    assert.equal((await ask("DELETE", `/images/${id}/members/${member}`)).status, 204);
    assert.equal(await seen(), 0);
    assert.equal((await ask("GET", `/images/${id}`, undefined, asMember)).status, 404);
  });

  test("lists are filtered, sorted and paged", async () => {
    for (const name of ["p1", "p2", "p3"]) await create({ name, group: "paged", tags: [name, "all"] });
    const names = async (query: string) => {
      const { body, text } = await ask("GET", `/images?${query}`);
      return body.images?.map((it: { name: string }) => it.name) ?? text;
    };
    assert.deepEqual(await names("group=paged&sort=name:asc"), ["p1", "p2", "p3"]);
    assert.deepEqual(await names("group=paged&sort_key=name&sort_dir=desc"), ["p3", "p2", "p1"]);
    assert.deepEqual(await names("name=in:p1,p3&sort=name:asc"), ["p1", "p3"]);
    assert.deepEqual(await names("tag=all&tag=p2"), ["p2"]);
    assert.deepEqual(await names("group=paged&status=active"), []);
    assert.deepEqual(await names("group=paged&created_at=gt:2030-01-01T00:00:00Z"), []);
    assert.deepEqual(await names("group=paged&size_min=1"), []);
    const first = (await ask("GET", "/images?group=paged&sort=name:asc&limit=2")).body;
    assert.equal(first.images.length, 2);
    assert.equal(first.next.split("?")[0], "/v2/images");
    const next = (await cloud.call("GET", `/image${first.next}`, { as: "demo" })).body;
    assert.deepEqual(
      next.images.map((it: { name: string }) => it.name),
      ["p3"],
    );
    assert.equal(next.next, undefined);
    for (const bad of [
      "limit=x",
      "limit=-1",
      "sort=odd",
      "sort=name:up",
      "marker=none",
      "visibility=odd",
      "os_hidden=x",
      "sort=name&sort_key=id",
    ])
      assert.equal((await ask("GET", `/images?${bad}`)).status, 400, bad);
  });

  test("hidden and community images are listed only when asked for", async () => {
    await create({ name: "hid", os_hidden: true });
    await active({ name: "commune", visibility: "community" }, "stranger");
    const count = async (query: string) => (await ask("GET", `/images?${query}`)).body.images.length;
    assert.equal(await count("name=hid"), 0);
    assert.equal(await count("name=hid&os_hidden=true"), 1);
    assert.equal(await count("name=commune"), 0);
    assert.equal(await count("name=commune&visibility=community"), 1);
    assert.equal(await count("name=commune&visibility=all"), 1);
  });

  test("tags come and go", async () => {
    const { id } = await create();
    assert.equal((await ask("PUT", `/images/${id}/tags/one`)).status, 204);
    assert.equal((await ask("PUT", `/images/${id}/tags/one`)).status, 204);
    assert.deepEqual((await ask("GET", `/images/${id}`)).body.tags, ["one"]);
    assert.equal((await ask("DELETE", `/images/${id}/tags/one`)).status, 204);
    assert.equal((await ask("DELETE", `/images/${id}/tags/one`)).status, 404);
  });

  test("a deactivated image gives no bytes until it is reactivated", async () => {
    const id = await active();
    assert.equal((await ask("POST", `/images/${id}/actions/deactivate`)).status, 204);
    assert.equal((await ask("GET", `/images/${id}`)).body.status, "deactivated");
    assert.equal((await ask("GET", `/images/${id}/file`)).status, 403);
    assert.equal((await ask("POST", `/images/${id}/actions/reactivate`)).status, 204);
    assert.equal((await ask("GET", `/images/${id}/file`)).status, 200);
  });

  test("who does not ask for JSON alone reads an error as a page", async () => {
    const page = async (accept?: string) =>
      (await cloud.call("GET", "/image/v2/images/none", { headers: accept ? { accept } : {} })).headers["content-type"];
    for (const accept of [undefined, "*/*", "text/html,application/json;q=0.9"])
      assert.match((await page(accept)) ?? "", /^text\/html/);
    assert.match((await page("application/json")) ?? "", /^application\/json/);
    const { text } = await cloud.call("GET", "/image/v2/images/nothing");
    assert.match(text, /<h1>404 Not Found<\/h1>\n {2}No image found with ID nothing<br \/><br \/>/);
  });

  test("staged bytes become the image's when they are imported", async () => {
    const { id } = await create();
    const status = async () => (await ask("GET", `/images/${id}`)).body.status;
    const bring = (method: object) => ask("POST", `/images/${id}/import`, { method });
    assert.equal((await bring({ name: "glance-direct" })).status, 409);
    assert.equal((await ask("PUT", `/images/${id}/stage`, Buffer.from("hello"), { headers: bytes })).status, 204);
    assert.equal(await status(), "uploading");
    assert.equal((await ask("GET", `/images/${id}/file`)).status, 204);
    assert.equal((await bring({ name: "odd" })).status, 400);
    assert.equal((await bring({ name: "glance-direct" })).status, 202);
    await cloud.settle();
    assert.equal(await status(), "active");
    assert.equal((await ask("GET", `/images/${id}/file`)).text, "hello");
    const { tasks } = (await ask("GET", `/images/${id}/tasks`)).body;
    assert.deepEqual(
      [tasks.length, tasks[0].status, tasks[0].input.import_req.method.name],
      [1, "success", "glance-direct"],
    );
  });

  test("a kernel and a ramdisk are images, by their ids", async () => {
    assert.equal((await ask("POST", "/images", { kernel_id: "vmlinuz" })).status, 400);
    const { id } = await create({ ramdisk_id: "00000000-1111-2222-3333-444455556666" });
    assert.equal((await change(id, [{ op: "add", path: "/kernel_id", value: "x" }])).status, 400);
  });

  test("schemas name what is no property", async () => {
    assert.ok("os_hidden" in (await ask("GET", "/schemas/image")).body.properties);
    for (const name of ["images", "member", "members"])
      assert.equal((await ask("GET", `/schemas/${name}`)).body.name, name);
    assert.deepEqual((await ask("GET", "/info/import")).body["import-methods"].value, [
      "glance-direct",
      "web-download",
      "copy-image",
      "glance-download",
    ]);
  });

  test("a neighbour gets an active image that its actor may see, or the sentence why not", async () => {
    const id = await active({ min_disk: 2, min_ram: 64, hw_disk_bus: "virtio" });
    const queued = await create();
    const { demo, stranger } = cloud.actors;
    const offered = (actor: typeof demo | null, id: string) =>
      cloud.world("image").write((tx) => imageOffer.requireActive(tx, actor, id));
    const it = await offered(demo, id);
    assert.deepEqual(
      [it.minDiskGib, it.minRamMib, it.sizeBytes, it.virtualBytes, it.properties],
      [2, 64, 5, 5, { hw_disk_bus: "virtio" }],
    );
    assert.match(it.path, /^\/simulated\/images\//);
    assert.equal((await offered(null, id)).id, id);
    const odd = await active({ disk_format: "qcow2" });
    await assert.rejects(offered(demo, odd), { status: 400, message: /is unacceptable: its content is not qcow2/ });
    const packed = await active({ container_format: "ova" });
    await assert.rejects(offered(demo, packed), { status: 400, message: /container format ova cannot be used/ });
    await assert.rejects(offered(stranger, id), { status: 400, message: `Image ${id} could not be found.` });
    await assert.rejects(offered(demo, queued.id), { status: 400, message: `Image ${queued.id} is not active.` });
  });
});

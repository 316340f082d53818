import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TestCloud } from "#test/cloud.ts";
import { qcow2Sample } from "../image/inspect/samples.ts";
import { digestOf, type Layer, manifestOf, octets, pushBlob, putManifest, registryCloud } from "./registry.testkit.ts";

const imageType = "application/vnd.openstack.image.v1";
const disk = "application/vnd.openstack.image.disk.raw";

describe("images as OCI has them", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await registryCloud();
  });
  after(() => cloud.stop());
  const call: TestCloud["call"] = (method, path, more) => cloud.call(method, path, { as: "demo", ...more });

  async function image(fields: object, bytes: string, as = "demo"): Promise<string> {
    const body = { disk_format: "raw", container_format: "bare", ...fields };
    const { id } = (await call("POST", "/image/v2/images", { as, body })).body;
    const put = await call("PUT", `/image/v2/images/${id}/file`, { as, body: Buffer.from(bytes), headers: octets });
    assert.equal(put.status, 204, put.text);
    return id;
  }
  const listed = async (name: string) => (await call("GET", `/image/v2/images?name=${name}`)).body.images;
  const emptyConfig = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(Buffer.from("{}")), size: 2 };
  async function push(name: string, bytes: Buffer, more: object = {}, layer: Partial<Layer> = {}) {
    const digest = await pushBlob(cloud, name, bytes);
    const content = manifestOf(emptyConfig, [{ mediaType: disk, digest, size: bytes.length, ...layer }], {
      artifactType: imageType,
      ...more,
    });
    return { content, put: await putManifest(cloud, name, "1", content) };
  }

  test("are pulled by their names and ids, with their formats and properties", async () => {
    const id = await image({ name: "Ubuntu 24.04 LTS", hw_disk_bus: "virtio", min_disk: 3 }, "the disk's bytes");
    for (const path of ["demo/images/ubuntu-24-04-lts/manifests/latest", `demo/images/${id}/manifests/${id}`]) {
      const { body, headers, text } = await call("GET", `/v2/${path}`);
      assert.equal(headers["docker-content-digest"], digestOf(Buffer.from(text)));
      assert.deepEqual([body.artifactType, body.config], [imageType, emptyConfig]);
      const words = body.annotations;
      assert.equal(words["org.openstack.image.disk_format"], "raw");
      assert.equal(words["org.openstack.image.min_disk"], "3");
      assert.equal(words["org.openstack.image.property.hw_disk_bus"], "virtio");
      assert.equal(
        words["org.openstack.image.os_hash_value"],
        digestOf(Buffer.from("the disk's bytes"), "sha512").slice(7),
      );
      const at = path.replace(/manifests.*/, "");
      assert.equal((await call("GET", `/v2/${at}blobs/${body.layers[0].digest}`)).text, "the disk's bytes");
      assert.equal((await call("GET", `/v2/${at}blobs/${body.config.digest}`)).text, "{}");
      assert.equal((await call("GET", `/v2/${at}manifests/${headers["docker-content-digest"]}`)).text, text);
      assert.ok(body.layers[0].digest.startsWith("sha256:"), "not all clients take another one");
      const part = { headers: { range: "bytes=4-7" } };
      assert.equal((await call("GET", `/v2/${at}blobs/${body.layers[0].digest}`, part)).text, "disk");
    }
    const tags = await call("GET", "/v2/demo/images/ubuntu-24-04-lts/tags/list");
    assert.deepEqual(tags.body.tags, [id, "latest"].sort());
    assert.ok((await call("GET", "/v2/_catalog")).body.repositories.includes("demo/images/ubuntu-24-04-lts"));
    assert.equal((await call("DELETE", "/v2/demo/images/ubuntu-24-04-lts/manifests/latest")).status, 405);
  });

  test("are those that the project sees", async () => {
    await image({ name: "everybodys", visibility: "public" }, "public", "admin");
    await image({ name: "nobodys", visibility: "private" }, "private", "admin");
    const status = async (name: string) => (await call("GET", `/v2/demo/images/${name}/manifests/latest`)).status;
    assert.deepEqual([await status("everybodys"), await status("nobodys")], [200, 404]);
    assert.equal((await call("GET", "/v2/admin/images/nobodys/manifests/latest")).status, 404);
  });

  test("are read once for the digest that clients know them by", async () => {
    const id = await image({ name: "read-once" }, "bytes to be read");
    const { images } = cloud.drivers["container-registry"];
    const open = images.open;
    let opened = 0;
    images.open = (...given: unknown[]) => {
      opened += 1;
      return open(...given);
    };
    const paths = ["latest", id, "latest"].map((tag) => `/v2/demo/images/read-once/manifests/${tag}`);
    const all = await Promise.all([...paths, ...paths].map((path) => call("GET", path)));
    assert.deepEqual([...new Set(all.map(({ text }) => text))].length, 1);
    images.open = open;
    assert.equal(opened, 1);
    await call("DELETE", `/image/v2/images/${id}`);
    await cloud.settle();
    const known = await cloud.database.db.selectFrom("containerRegistryImageDigests").selectAll().execute();
    assert.ok(!known.some((it) => it.imageId === id));
  });

  test("are made by a push, looked at and hashed as any upload", async () => {
    const annotations = { "org.openstack.image.property.os_distro": "debian", "org.openstack.image.min_ram": "64" };
    const bytes = Buffer.alloc(1024 * 1024, 7);
    const { put, content } = await push("demo/images/pushed", bytes, { annotations });
    assert.equal(put.status, 201, put.text);
    const [it, ...more] = await listed("pushed");
    assert.deepEqual(more, []);
    assert.deepEqual(
      [it.status, it.disk_format, it.os_distro, it.min_ram, it.visibility, it.owner],
      ["active", "raw", "debian", 64, "private", cloud.actors.demo.projectId],
    );
    assert.equal(it.os_hash_value, digestOf(bytes, "sha512").slice(7));
    assert.equal((await call("GET", "/v2/demo/images/pushed/manifests/1")).text, content.toString());
    assert.equal((await putManifest(cloud, "demo/images/pushed", "again", content)).status, 201);
    assert.equal((await listed("pushed")).length, 1, "the same manifest is the same image");
  });

  test("may be pushed where their bytes are seen already, without being sent again", async () => {
    await image({ name: "seen" }, "bytes that are seen");
    const { body } = await call("GET", "/v2/demo/images/seen/manifests/latest");
    const content = Buffer.from(JSON.stringify({ ...body, annotations: { "org.openstack.image.min_disk": "5" } }));
    const put = await putManifest(cloud, "demo/images/seen", "two", content);
    assert.equal(put.status, 201, put.text);
    assert.deepEqual((await listed("seen")).map((it: { min_disk: number }) => it.min_disk).sort(), [0, 5]);
    const [layer] = body.layers;
    assert.equal((await call("GET", `/v2/demo/images/seen/blobs/${layer.digest}`)).text, "bytes that are seen");
    const elsewhere = await putManifest(cloud, "demo/images/elsewhere", "two", content);
    assert.equal(elsewhere.body.errors[0].code, "MANIFEST_BLOB_UNKNOWN");
  });

  test("are refused where they are not what they say, and leave nothing", async () => {
    const qcow2 = { mediaType: "application/vnd.qemu.qcow2" };
    const { put } = await push("demo/images/bad", qcow2Sample({ backingAt: 200n }), {}, qcow2);
    assert.equal(put.status, 400, put.text);
    const [{ code, message }] = put.body.errors;
    assert.deepEqual([code, message], ["MANIFEST_INVALID", "A qcow2 image with a backing file is not allowed."]);
    const other = await push("demo/images/bad", Buffer.from("a program's layer"), {}, { mediaType: "application/x" });
    assert.match(other.put.text, /Below images\/ there are boot images/);
    const format = { annotations: { "org.openstack.image.disk_format": "floppy" } };
    assert.equal((await push("demo/images/bad", Buffer.alloc(512), format)).put.status, 400);
    assert.deepEqual(await listed("bad"), []);
    assert.equal((await call("GET", "/v2/demo/images/bad/manifests/1")).status, 404);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("whose push was cut off with its program go", async () => {
    const other = await cloud.another();
    const { images } = cloud.drivers["container-registry"];
    const put = images.put;
    const reached = Promise.withResolvers<void>();
    images.put = () => {
      reached.resolve();
      return new Promise(() => {});
    };
    const digest = await pushBlob(cloud, "demo/images/cut", Buffer.alloc(4096));
    const content = manifestOf(emptyConfig, [{ mediaType: disk, digest, size: 4096 }], { artifactType: imageType });
    const hanging = putManifest(other, "demo/images/cut", "1", content).catch(() => {});
    await reached.promise;
    assert.equal((await listed("cut"))[0].status, "saving");
    other.kill();
    images.put = put;
    await cloud.runLoop("container-registry.image.arrivals");
    assert.equal((await listed("cut")).length, 1, "somebody might be at work on it still");
    await cloud.later("5m");
    await cloud.runLoop("image.image.uploads");
    await cloud.runLoop("container-registry.image.arrivals");
    await cloud.settle();
    assert.deepEqual(await listed("cut"), []);
    assert.deepEqual(await cloud.leftovers(), []);
    assert.equal((await putManifest(cloud, "demo/images/cut", "1", content)).status, 201, "the blob is there still");
    void hanging;
  });
});

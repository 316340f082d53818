import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { artifact } from "../service.ts";

const location = { "content-type": "application/vnd+openstack.glare-custom-location+json" };
const html = { "content-type": "text/html" };

describe("blobs", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({
      services: [artifact],
      drivers: { artifact: simulatedArtifacts({ roomBytes: 2 ** 25 }) },
    });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/artifact${path}`, { as: "demo", body, ...more });
  const put = (path: string, body: string | Buffer, headers: Record<string, string> = html, as = "demo") =>
    ask("PUT", path, body, { headers, as });
  const stored = async () => (await cloud.drivers.artifact.traces()).length;
  let count = 0;
  async function make(type = "packages"): Promise<string> {
    count += 1;
    const { status, body, text } = await ask("POST", `/artifacts/${type}`, { name: `blob ${count}` });
    assert.equal(status, 201, text);
    return `/artifacts/${type}/${body.id}`;
  }
  async function remove(...paths: string[]) {
    for (const path of paths) assert.equal((await ask("DELETE", path)).status, 204);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  }

  test("are told with their hashes, and come back as they were, for nobody to look into", async () => {
    const path = await make();
    assert.equal((await ask("GET", `${path}/package`)).status, 404);
    const bytes = Buffer.from("<script>alert(1)</script>");
    const { status, body } = await put(`${path}/package`, bytes);
    assert.equal(status, 200);
    const hash = (name: string) => createHash(name).update(bytes).digest("hex");
    assert.deepEqual(body.package, {
      url: `${path}/package`,
      size: bytes.length,
      content_type: "text/html",
      external: false,
      status: "active",
      md5: hash("md5"),
      sha1: hash("sha1"),
      sha256: hash("sha256"),
    });
    const { headers, text } = await ask("GET", `${path}/package`);
    assert.equal(text, bytes.toString());
    assert.equal(headers["content-type"], "text/html");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers["content-disposition"]!, /^attachment/);
    assert.equal(headers["content-length"], String(bytes.length));
    assert.equal(headers["content-md5"], hash("md5"));
    assert.equal(headers["x-openstack-glare-content-sha256"], hash("sha256"));
    assert.equal((await ask("GET", `${path}/package`, undefined, { as: "stranger" })).status, 404);
    assert.equal((await put(`${path}/package`, "x", html, "stranger")).status, 404);
    assert.equal((await put(`${path}/package`, "x", html, "reader")).status, 403);
    await remove(path);
    assert.equal(await stored(), 0);
  });

  test("of a dictionary have names, with slashes too", async () => {
    const path = await make("heat_templates");
    assert.equal((await put(`${path}/nested_templates/lib/a.yaml`, "a")).status, 200);
    const { body } = await put(`${path}/nested_templates/b%20c`, "b");
    assert.deepEqual(Object.keys(body.nested_templates), ["b c", "lib/a.yaml"]);
    assert.equal((await ask("GET", `${path}/nested_templates/lib/a.yaml`)).text, "a");
    assert.equal((await ask("GET", `${path}/nested_templates/b%20c`)).text, "b");
    assert.equal((await ask("GET", `${path}/nested_templates/none`)).status, 404);
    for (const wrong of ["nested_templates", "template/a", "name", "none", "none/a", "environments/a"])
      assert.equal((await ask("GET", `${path}/${wrong}`)).status, 400, wrong);
    assert.equal((await put(`${path}/none`, "x")).status, 400);
    await remove(path);
  });

  test("may be uploaded anew in a draft, and leave nothing of before", async () => {
    const path = await make();
    await put(`${path}/package`, "first");
    const { body } = await put(`${path}/package`, "second", { "content-type": "text/plain" });
    assert.deepEqual([body.package.size, body.package.content_type], [6, "text/plain"]);
    await cloud.settle();
    assert.equal(await stored(), 1);
    assert.equal((await put(`${path}/package`, "second")).status, 200);
    await cloud.settle();
    assert.equal(await stored(), 1);
    assert.equal((await ask("GET", `${path}/package`)).text, "second");
    await remove(path);
  });

  test("with the same bytes are stored once, until the last of them goes", async () => {
    const [one, other] = [await make(), await make("murano_packages")];
    await put(`${one}/package`, "same");
    await put(`${one}/files/copy`, "same");
    await put(`${other}/package`, "same");
    await cloud.settle();
    assert.equal(await stored(), 1);
    await remove(one);
    assert.equal((await ask("GET", `${other}/package`)).text, "same");
    await remove(other);
    assert.equal(await stored(), 0);
  });

  test("however many come and go at the same time, none loses its bytes and none are left over", async () => {
    const texts = ["a", "b", "c"];
    const filled = async (text: string) => {
      const path = await make();
      const { status } = await put(`${path}/package`, text);
      assert.equal(status, 200);
      return path;
    };
    for (let round = 0; round < 4; round += 1) {
      const made = await Promise.all(Array.from({ length: 9 }, (_, n) => filled(texts[n % 3]!)));
      const [going, staying] = [made.slice(0, 6), made.slice(6)];
      await Promise.all([
        ...going.map((path) => ask("DELETE", path)),
        ...staying.map((path, n) => put(`${path}/package`, texts[(n + round) % 3]!)),
      ]);
      await cloud.settle();
      for (const path of staying) assert.match((await ask("GET", `${path}/package`)).text, /^[abc]$/);
      await remove(...staying);
      assert.equal(await stored(), 0);
    }
  });

  test("that are too large are refused, and the blob stays absent", async () => {
    const path = await make("heat_templates");
    const big = Buffer.alloc(10 * 2 ** 20 + 1);
    const { status, body } = await put(`${path}/template`, big);
    assert.equal(status, 413);
    assert.match(body.error.message, /to blob template. Its max allowed size is 10485760$/);
    assert.equal((await ask("GET", path)).body.template, null);
    assert.equal((await put(`${path}/template`, "x", {})).status, 400);
    await remove(path);
  });

  test("may be outside: clients are sent there, and nobody here goes", async () => {
    const path = await make();
    const at = (more: object) => put(`${path}/package`, JSON.stringify(more), location);
    assert.equal((await at({})).status, 400);
    assert.equal((await at({ url: "ftp://there.example/x", md5: "m" })).status, 400);
    assert.equal((await at({ url: "http://there.example/x" })).status, 400);
    assert.equal((await at({ url: "http://there.example/x", md5: "m", location_type: "other" })).status, 400);
    assert.equal((await put(`${path}/package`, "no json", location)).status, 400);
    const internal = { url: "file:///etc/passwd", location_type: "internal" };
    assert.equal((await at(internal)).status, 403);
    assert.equal((await put(`${path}/package`, JSON.stringify(internal), location, "admin")).status, 403);
    const unknown = { url: "rbd://pool/x", location_type: "internal" };
    assert.equal((await put(`${path}/package`, JSON.stringify(unknown), location, "admin")).status, 400);
    const { status, body } = await at({ url: "http://there.example/x", md5: "m", sha256: "s" });
    assert.equal(status, 200);
    const { url, external, size, sha256 } = body.package;
    assert.deepEqual([url, external, size, sha256], ["http://there.example/x", true, null, "s"]);
    assert.equal((await at({ url: "http://there.example/y", md5: "m" })).status, 409);
    const sent = await ask("GET", `${path}/package`);
    assert.deepEqual(
      [sent.status, sent.headers.location, sent.headers["content-md5"]],
      [301, "http://there.example/x", "m"],
    );
    assert.equal((await ask("DELETE", `${path}/files/none`)).status, 404);
    assert.equal((await ask("DELETE", `${path}/name`)).status, 400);
    assert.equal((await ask("DELETE", `${path}/package`)).body.package, null);
    await at({ url: "http://there.example/x", md5: "m" });
    const room = Buffer.alloc(2 ** 25 + 1); // more than the simulated store has
    assert.equal((await put(`${path}/package`, room)).status, 413);
    assert.equal((await ask("GET", path)).body.package.url, "http://there.example/x");
    const here = (await put(`${path}/package`, "bytes")).body.package;
    assert.deepEqual([here.external, here.size], [false, 5]);
    assert.equal((await ask("DELETE", `${path}/package`)).status, 403);
    await remove(path);
  });
});

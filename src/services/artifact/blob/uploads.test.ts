import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { artifactStores } from "#drivers/artifact/stores/driver.ts";
import { fileImages } from "#drivers/image/stores/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { artifact } from "../service.ts";

describe("uploads of blobs that end badly", () => {
  let cloud: TestCloud;
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-artifact-uploads-"));
    const driver = artifactStores(fileImages({ dir }));
    cloud = await testCloud({ services: [artifact], drivers: { artifact: driver } });
    await cloud.spine.door.listen({ port: 0, host: "127.0.0.1" });
  });
  after(async () => {
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  const ask = (method: string, path: string, body?: unknown, headers = {}) =>
    cloud.call(method, `/artifact${path}`, { as: "demo", body, headers });
  const put = (path: string, text: string) => ask("PUT", `${path}/package`, text, { "content-type": "text/plain" });
  let count = 0;
  async function make(): Promise<string> {
    count += 1;
    return `/artifacts/packages/${(await ask("POST", "/artifacts/packages", { name: `p${count}` })).body.id}`;
  }
  const blob = async (path: string) => (await ask("GET", path)).body.package;

  /** A request that sends some bytes and then nothing. */
  function begin(path: string) {
    const { port } = cloud.spine.door.server.address() as AddressInfo;
    const headers = { "x-auth-token": "test:demo", "content-type": "application/octet-stream" };
    const it = request({ port, method: "PUT", path: `/artifact${path}/package`, headers });
    it.on("error", () => {});
    it.write(Buffer.alloc(2 * 1024 * 1024));
    return it;
  }
  async function until(holds: () => Promise<boolean>) {
    while (!(await holds())) await new Promise((then) => setImmediate(then));
  }
  const files = async (are: number) => (await readdir(dir)).length === are;

  test("a client that goes away leaves no blob and no bytes, or what was there before", async () => {
    const path = await make();
    const it = begin(path);
    await until(() => files(1));
    assert.equal((await blob(path)).status, "saving");
    assert.equal((await ask("GET", `${path}/package`)).status, 409);
    assert.equal((await put(path, "meanwhile")).status, 409);
    it.destroy();
    await until(async () => (await blob(path)) === null);
    await until(() => files(0));
    await put(path, "kept");
    const again = begin(path);
    await until(async () => (await blob(path)).status === "saving");
    again.destroy();
    await until(async () => (await blob(path)).status === "active");
    assert.equal((await ask("GET", `${path}/package`)).text, "kept");
    await ask("DELETE", path);
    await cloud.settle();
    assert.ok(await files(0));
  });

  test("an artifact whose bytes come in does not change its status; one that is deleted meanwhile leaves none", async () => {
    const path = await make();
    const it = begin(path);
    await until(() => files(1));
    const ops = [{ op: "replace", path: "/status", value: "active" }];
    const refused = await ask("PATCH", path, ops, { "content-type": "application/json-patch+json" });
    assert.equal(refused.status, 409);
    assert.equal((await ask("DELETE", path)).status, 204);
    await cloud.settle();
    const answered = new Promise<number | undefined>((then) => it.once("response", (its) => then(its.statusCode)));
    it.end();
    assert.equal(await answered, 404);
    assert.deepEqual(await cloud.leftovers(), []);
    assert.ok(await files(0));
  });

  test("bytes of a process that was killed are removed, and the blob is absent", async () => {
    const path = await make();
    const other = await cloud.another();
    const { port } = await listening(other);
    const headers = { "x-auth-token": "test:demo", "content-type": "application/octet-stream" };
    const it = request({ port, method: "PUT", path: `/artifact${path}/package`, headers });
    it.on("error", () => {});
    it.write(Buffer.alloc(2 * 1024 * 1024));
    await until(() => files(1));
    other.kill();
    await cloud.later("6m");
    await cloud.runLoop("artifact.blob.uploads");
    assert.equal(await blob(path), null);
    assert.ok(await files(0));
    assert.deepEqual(await cloud.leftovers(), []);
    it.destroy();
  });

  async function listening(process: Awaited<ReturnType<TestCloud["another"]>>): Promise<AddressInfo> {
    await process.spine.door.listen({ port: 0, host: "127.0.0.1" });
    return process.spine.door.server.address() as AddressInfo;
  }
});

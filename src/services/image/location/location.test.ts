import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { Refused } from "#platform/service/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";
import { furnishNetwork, must, queuedImage } from "#test/laws/furniture.ts";
import type { Web } from "../driver.ts";
import { image } from "../service.ts";
import { asTheyWere } from "./location.bytes.ts";

const old = { "content-type": "application/openstack-images-v2.0-json-patch" };
const web = (length: number, hash = "") => `http://web.example/${length}${hash}`;
const sha512 = (length: number) => createHash("sha512").update(Buffer.alloc(length, "web")).digest("hex");

describe("locations", () => {
  let cloud: TestCloud;
  before(async () => {
    const settings = { "image-show-locations": true, "image-show-direct-url": true };
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() }, settings });
  });
  after(() => cloud.stop());

  const ask = (method: string, path: string, body?: unknown, more: Call = {}) =>
    cloud.call(method, `/image/v2${path}`, {
      as: "demo",
      body,
      ...more,
      headers: { accept: "application/json", ...more.headers },
    });
  const show = async (id: string) => (await ask("GET", `/images/${id}`)).body;
  async function create() {
    const made = await ask("POST", "/images", { disk_format: "raw", container_format: "bare" });
    assert.deepEqual(made.body.locations, []);
    return made.body.id as string;
  }
  const change = (id: string, changes: unknown, more: Call = {}) =>
    ask("PATCH", `/images/${id}`, JSON.stringify(changes), { headers: old, ...more });
  const add = (id: string, url: string, more: object = {}) =>
    change(id, [{ add: "/locations/-", value: { url, metadata: { foo: "bar" }, ...more } }]);

  test("make a queued image active, and are kept in their order", async () => {
    const id = await create();
    assert.equal((await add(id, web(5))).status, 200);
    let it = await show(id);
    assert.deepEqual([it.status, it.size, it.os_hash_value, it.stores], ["active", 5, null, undefined]);
    assert.deepEqual([it.locations, it.direct_url], [[{ url: web(5), metadata: { foo: "bar" } }], web(5)]);
    assert.equal((await add(id, web(5, "#new"))).status, 200);
    assert.equal((await add(id, web(5))).status, 400);
    await change(id, [{ add: "/locations/0", value: { url: web(5, "#first"), metadata: {} } }]);
    it = await show(id);
    assert.deepEqual(
      it.locations.map(({ url }: { url: string }) => url),
      [web(5, "#first"), web(5), web(5, "#new")],
    );
    assert.equal((await ask("GET", `/images/${id}/file`)).text, "webwe");
  });

  test("may get other metadata, and no other URLs", async () => {
    const id = await create();
    await add(id, web(6));
    await add(id, web(6, "#b"));
    const { locations } = await show(id);
    locations[0].metadata.date = "2015-10-15";
    const replace = (value: unknown) => change(id, [{ replace: "/locations", value }]);
    assert.equal((await replace(locations)).status, 200);
    assert.equal((await replace([locations[0]])).status, 400);
    assert.equal((await replace([locations[0], { ...locations[1], url: web(7) }])).status, 400);
    assert.equal((await replace([])).status, 403);
    assert.deepEqual((await show(id)).locations, locations);
  });

  test("are removed by an administrator, but not the last one", async () => {
    const id = await create();
    await add(id, web(6));
    await add(id, web(6, "#b"));
    const remove = (at: string, as = "admin") => change(id, [{ remove: `/locations/${at}` }], { as });
    assert.equal((await remove("0", "demo")).status, 403);
    assert.equal((await remove("9")).status, 400);
    assert.equal((await remove("0")).status, 200);
    assert.equal((await show(id)).locations[0].url, web(6, "#b"));
    assert.equal((await remove("0")).status, 403);
  });

  test("are refused where they lead nowhere, or somewhere inside", async () => {
    const id = await create();
    for (const url of ["gopher://info.cern.ch", "file:///etc/passwd", "http://other.example/1", "x"])
      assert.equal((await add(id, url)).status, 400, url);
    assert.equal((await change(id, [{ add: "/locations/-", value: { url: web(1) } }])).status, 400);
    assert.equal((await change(id, [{ add: "/locations", value: [] }])).status, 400);
    assert.equal((await show(id)).status, "queued");
  });

  test("carry hashes, which must agree", async () => {
    const id = await create();
    const proof = { checksum: "1".repeat(32), os_hash_value: "deadbeef".repeat(16), os_hash_algo: "sha512" };
    assert.equal((await add(id, web(5), { validation_data: { ...proof, os_hash_algo: "sha256" } })).status, 409);
    assert.equal((await add(id, web(5), { validation_data: { ...proof, os_hash_value: "xx" } })).status, 409);
    assert.equal((await add(id, web(5), { validation_data: proof })).status, 200);
    const it = await show(id);
    assert.deepEqual([it.checksum, it.os_hash_value, it.os_hash_algo], [proof.checksum, proof.os_hash_value, "sha512"]);
    assert.equal((await add(id, web(5, "#b"), { validation_data: proof })).status, 200);
    for (const other of [{ checksum: "2".repeat(32) }, { os_hash_value: "beefdead".repeat(16) }])
      assert.equal((await add(id, web(5, "#c"), { validation_data: { ...proof, ...other } })).status, 409);
  });

  test("that are told by their own route are read, and must be what they are said to be", async () => {
    const tell = (id: string, body: object, as = "demo") => ask("POST", `/images/${id}/locations`, body, { as });
    const id = await create();
    assert.equal((await tell(id, { url: "file:///etc/passwd" })).status, 403);
    assert.equal((await tell(id, { url: web(5), validation_data: { os_hash_value: "xx" } })).status, 400);
    assert.equal((await tell(id, { url: web(5), validation_data: { os_hash_value: sha512(5) } })).status, 202);
    assert.equal((await show(id)).status, "importing");
    await cloud.settle();
    const it = await show(id);
    assert.deepEqual([it.status, it.size, it.os_hash_value], ["active", 5, sha512(5)]);
    assert.equal((await tell(id, { url: web(5) })).status, 409);
    assert.equal((await ask("GET", `/images/${id}/locations`)).status, 403);
    const listed = await ask("GET", `/images/${id}/locations`, undefined, { as: "admin" });
    assert.deepEqual(listed.body, [{ url: web(5), metadata: {} }]);
    const wrong = await create();
    await tell(wrong, { url: web(5), validation_data: { os_hash_value: sha512(6) } });
    await cloud.settle();
    assert.equal((await show(wrong)).status, "queued");
    assert.match((await ask("GET", `/images/${wrong}/tasks`)).body.tasks[0].message, /not matched with actual/);
  });

  test("can be copied into a store", async () => {
    const id = await create();
    await add(id, web(8));
    const body = { method: { name: "copy-image" }, all_stores: true };
    assert.equal((await ask("POST", `/images/${id}/import`, body, { as: "admin" })).status, 202);
    await cloud.settle();
    const it = await show(id);
    assert.deepEqual([it.stores, it.status, it.os_hash_value], ["memory", "active", sha512(8)]);
    assert.match(it.direct_url, /^file:\/\/\/simulated/);
    assert.deepEqual(await cloud.leftovers(), []);
  });
});

test("locations can be neither seen nor changed where the configuration does not say so, and none is asked for", async () => {
  const driver = simulatedImages();
  const asked: string[] = [];
  const open: Web["open"] = async (url, more) => {
    asked.push(url);
    return driver.web!.open(url, more);
  };
  const cloud = await testCloud({
    services: [image],
    drivers: { image: { ...driver, web: { ...driver.web!, open } } },
  });
  const made = await cloud.call("POST", "/image/v2/images", { body: { disk_format: "raw", container_format: "bare" } });
  assert.equal(made.body.locations, undefined);
  const body = JSON.stringify([{ add: "/locations/-", value: { url: web(1), metadata: {} } }]);
  const path = `/image/v2/images/${made.body.id}`;
  assert.equal((await cloud.call("PATCH", path, { body, headers: old })).status, 403);
  assert.deepEqual(asked, []);
  assert.equal((await cloud.call("POST", "/image/v2/images", { body: { locations: [] } })).status, 403);
  await cloud.stop();
});

describe("images elsewhere", () => {
  const bytes = new Map<string, Buffer>();
  const simulated = simulatedImages();
  const open: Web["open"] = async (url) => {
    const it = bytes.get(url);
    if (!it) throw new Refused(`There is no ${url}.`);
    return { bytes: Readable.from([it.subarray(0, 1), it.subarray(1)], { objectMode: false }), sizeBytes: it.length };
  };
  const web = { ...simulated.web!, open };
  const boot = async (cloud: TestCloud, imageRef: string, network: string) => {
    const flavor = { flavor: { name: `f${imageRef}`, vcpus: 1, ram: 128, disk: 1 } };
    const flavorRef = (await must(cloud, "POST", "/compute/v2.1/flavors", flavor, "admin")).flavor.id;
    const server = { name: "s", flavorRef, imageRef, networks: [{ uuid: network }] };
    return cloud.call("POST", "/compute/v2.1/servers", { as: "demo", version: "2.79", body: { server } });
  };
  const place = async (cloud: TestCloud, url: string) => {
    const id = await queuedImage(cloud);
    const body = JSON.stringify([{ add: "/locations/-", value: { url, metadata: {} } }]);
    const { status } = await cloud.call("PATCH", `/image/v2/images/${id}`, { as: "demo", body, headers: old });
    assert.equal(status, 200);
    return id;
  };

  test("are read, given to servers and volumes, and to nobody once they are others", async () => {
    const cloud = await testCloud({
      drivers: { image: { ...simulated, web } },
      settings: { "image-show-locations": true },
    });
    const { network } = await furnishNetwork(cloud);
    const url = "http://web.example/disk";
    bytes.set(url, Buffer.alloc(2048, "disk"));
    const id = await place(cloud, url);
    await cloud.settle();
    assert.equal((await cloud.call("GET", `/image/v2/images/${id}/file`, { as: "demo" })).text.length, 2048);
    const { status, body } = await boot(cloud, id, network);
    assert.equal(status, 202, JSON.stringify(body));
    const volume = { size: 1, imageRef: id };
    const made = (await must(cloud, "POST", "/volume/v3/volumes", { volume })).volume.id;
    await cloud.settle();
    assert.equal((await must(cloud, "GET", `/compute/v2.1/servers/${body.server.id}`)).server.status, "ACTIVE");
    assert.equal((await must(cloud, "GET", `/volume/v3/volumes/${made}`)).volume.status, "available");
    bytes.set(url, Buffer.alloc(9));
    assert.equal((await cloud.call("GET", `/image/v2/images/${id}/file`, { as: "demo" })).status, 404);
    await cloud.stop();
  });

  test("are cut off before their last piece where they are no longer what they were", async () => {
    const passed: string[] = [];
    const take = async (sha512: string) => {
      for await (const piece of asTheyWere(Readable.from(["one", "two"]), sha512)) passed.push(String(piece));
    };
    await take(createHash("sha512").update("onetwo").digest("hex"));
    assert.deepEqual(passed, ["one", "two"]);
    await assert.rejects(take("other"), /not what they were/);
    assert.deepEqual(passed, ["one", "two", "one"]);
  });

  test("say why they cannot be booted: not yet, not what was said, no disk", async () => {
    const cloud = await testCloud({
      drivers: { image: { ...simulated, web } },
      settings: { "image-show-locations": true },
    });
    const { network } = await furnishNetwork(cloud);
    const refusal = async (id: string) => (await boot(cloud, id, network)).body.badRequest.message;
    const url = "http://web.example/gone";
    bytes.set(url, Buffer.alloc(512));
    const gone = await place(cloud, url);
    bytes.delete(url);
    await cloud.settle();
    assert.match(await refusal(gone), /is unacceptable: There is no http:\/\/web.example\/gone/);
    const appliance = "http://web.example/appliance";
    bytes.set(appliance, Buffer.concat([Buffer.from("QFI\xfb", "latin1"), Buffer.alloc(1020)]));
    const wrong = await place(cloud, appliance);
    await cloud.settle();
    assert.match(await refusal(wrong), /is unacceptable/);
    await cloud.stop();
  });
});

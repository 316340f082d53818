import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { simulatedArtifacts } from "#drivers/artifact/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import type { NewArtifact } from "./index.ts";
import { artifactOffer } from "./offer.ts";
import { artifact } from "./service.ts";

describe("what neighbours ask of artifacts", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [artifact], drivers: { artifact: simulatedArtifacts() } });
  });
  after(() => cloud.stop());

  /** Bytes as a neighbour brings them. */
  async function bring(key: string, text: string) {
    const at = { store: cloud.drivers.artifact.defaultStore, key };
    await cloud.world("artifact").write((tx) => artifactOffer.expectBytes(tx, at));
    return {
      ...at,
      ...(await cloud.drivers.artifact.put(at, Readable.from([Buffer.from(text)]), { limitBytes: 100 })),
    };
  }
  const create = (it: NewArtifact, as: "demo" | "stranger" = "demo") =>
    cloud.world("artifact").write((tx) => artifactOffer.create(tx, cloud.actors[as], it));
  const list = (as: "demo" | "stranger", which = {}) =>
    cloud.world("artifact").write((tx) => artifactOffer.listActive(tx, cloud.actors[as], which));

  test("makes an active one of bytes that are there already, and tells of it to who may see it", async () => {
    const manifest = { ...(await bring("m", "{}")), field: "manifest", entry: null, contentType: "application/json" };
    const layer = { ...(await bring("l", "layer")), field: "files", entry: "sha256:x", contentType: "text/plain" };
    await cloud.runLoop("artifact.blob.uploads");
    const about = { typeName: "packages", name: "app", fields: { media_type: "a/b" }, blobs: [manifest, layer] };
    const id = await create({ ...about, version: "1.0" });
    const [found] = await list("demo", { typeName: "packages", name: "app", version: "1" });
    assert.deepEqual([found!.id, found!.version, found!.fields.media_type], [id, "1.0.0", "a/b"]);
    assert.deepEqual(found!.blobs, [layer, manifest]);
    assert.deepEqual(await list("stranger"), []);
    const bytes = (as: "demo" | "stranger" | null) =>
      cloud.world("artifact").write((tx) => artifactOffer.findBytes(tx, as && cloud.actors[as], layer.sha256));
    assert.equal((await bytes("demo"))!.key, "l");
    assert.equal((await bytes(null))!.key, "l");
    assert.equal(await bytes("stranger"), undefined);
    await assert.rejects(create({ ...about, version: "1.0.0" }), /already exists for this scope/);
    await assert.rejects(create({ ...about, version: "2", fields: { none: 1 } }), /Cannot add new field/);
    const next = await create({ ...about, version: "2.0" });
    assert.deepEqual(
      (await list("demo")).map((it) => it.id),
      [next, id],
    );
    assert.equal(
      (await cloud.call("GET", `/artifact/artifacts/packages/${id}/files/sha256:x`, { as: "demo" })).text,
      "layer",
    );
    for (const one of [id, next]) await cloud.call("DELETE", `/artifact/artifacts/packages/${one}`, { as: "demo" });
    await cloud.settle();
    assert.deepEqual(await cloud.drivers.artifact.traces(), []);
  });

  test("takes bytes back that a neighbour does not want after all", async () => {
    const at = await bring("unwanted", "x");
    await cloud.runLoop("artifact.blob.uploads");
    assert.equal((await cloud.drivers.artifact.traces()).length, 1);
    await cloud.world("artifact").write((tx) => artifactOffer.forgetBytes(tx, at));
    await cloud.settle();
    assert.deepEqual(await cloud.drivers.artifact.traces(), []);
  });
});

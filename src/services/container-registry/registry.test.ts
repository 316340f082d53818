import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TestCloud } from "#test/cloud.ts";
import { digestOf, manifestOf, octets, pushAll, pushBlob, putManifest, registryCloud } from "./registry.testkit.ts";

const name = "demo/web/front";

describe("a registry", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await registryCloud();
  });
  after(() => cloud.stop());
  const call: TestCloud["call"] = (method, path, more) => cloud.call(method, path, { as: "demo", ...more });
  const codeOf = ({ body }: { body: { errors: { code: string }[] } }) => body.errors[0]!.code;

  test("says which version it speaks, and tells strangers where tokens are", async () => {
    const known = await call("GET", "/v2/");
    assert.deepEqual([known.status, known.headers["docker-distribution-api-version"]], [200, "registry/2.0"]);
    const nobody = await call("GET", "/v2/", { as: null });
    assert.deepEqual([nobody.status, codeOf(nobody)], [401, "UNAUTHORIZED"]);
    assert.equal(nobody.headers["docker-distribution-api-version"], "registry/2.0");
    assert.match(nobody.headers["www-authenticate"]!, /^Bearer realm="http:.*\/v3\/registry\/token",service="crunch"$/);
    const asked = await call("PUT", `/v2/${name}/manifests/1`, { as: null, body: Buffer.from("{}") });
    assert.match(asked.headers["www-authenticate"]!, /scope="repository:demo\/web\/front:pull,push"/);
    const upload = await call("POST", `/v2/${name}/blobs/uploads/`, { as: null });
    assert.match(upload.headers["www-authenticate"]!, /scope="repository:demo\/web\/front:pull,push"/);
  });

  test("gives back what was pushed, byte for byte", async () => {
    const { layer, content, digest, put } = await pushAll(cloud, name, "1.0", "some bytes of a layer");
    assert.equal(digest, digestOf(content));
    assert.equal(put.headers.location, `/v2/${name}/manifests/${digest}`);
    for (const reference of ["1.0", digest]) {
      const got = await call("GET", `/v2/${name}/manifests/${reference}`);
      assert.equal(got.text, content.toString());
      assert.equal(got.headers["content-type"], "application/vnd.oci.image.manifest.v1+json");
      const head = await call("HEAD", `/v2/${name}/manifests/${reference}`);
      assert.deepEqual(
        [head.headers["docker-content-digest"], head.headers["content-length"]],
        [digest, String(content.length)],
      );
    }
    const blob = await call("GET", `/v2/${name}/blobs/${layer}`);
    assert.deepEqual([blob.status, blob.text], [200, "some bytes of a layer"]);
    const head = await call("HEAD", `/v2/${name}/blobs/${layer}`);
    assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "21", ""]);
    const range = await call("GET", `/v2/${name}/blobs/${layer}`, { headers: { range: "bytes=5-9" } });
    assert.deepEqual([range.status, range.text, range.headers["content-range"]], [206, "bytes", "bytes 5-9/21"]);
    assert.equal((await call("GET", `/v2/${name}/blobs/${layer}`, { headers: { range: "bytes=99-" } })).status, 416);
  });

  test("is the project's own: others find nothing there, readers only read", async () => {
    const { layer } = await pushAll(cloud, name, "1.0");
    const byId = `${cloud.actors.demo.projectId}/web/front`;
    for (const path of [`manifests/1.0`, `blobs/${layer}`, "tags/list"]) {
      const foreign = await call("GET", `/v2/${name}/${path}`, { as: "stranger" });
      assert.deepEqual([foreign.status, codeOf(foreign)], [404, "NAME_UNKNOWN"]);
      assert.equal((await call("GET", `/v2/${byId}/${path}`, { as: "reader" })).status, 200);
    }
    const pushed = await call("POST", `/v2/${byId}/blobs/uploads/`, { as: "reader" });
    assert.deepEqual([pushed.status, codeOf(pushed)], [403, "DENIED"]);
    assert.equal((await call("POST", `/v2/${name}/blobs/uploads/`, { as: "stranger" })).status, 404);
    const elsewhere = await call("GET", `/v2/demo/other/blobs/${layer}`);
    assert.deepEqual(
      [elsewhere.status, codeOf(elsewhere)],
      [404, "BLOB_UNKNOWN"],
      "a blob is seen where it was pushed",
    );
  });

  test("takes a blob in chunks, in their order", async () => {
    const begun = await call("POST", `/v2/${name}/blobs/uploads/`);
    assert.deepEqual([begun.status, begun.headers.range], [202, "0-0"]);
    const at = begun.headers.location!;
    const chunk = (text: string, range?: string) =>
      call("PATCH", at, { body: Buffer.from(text), headers: { ...octets, ...(range && { "content-range": range }) } });
    assert.equal((await chunk("hello", "0-4")).headers.range, "0-4");
    const early = await chunk("!", "9-9");
    assert.deepEqual([early.status, codeOf(early), early.headers.range], [416, "BLOB_UPLOAD_INVALID", "0-4"]);
    assert.equal((await chunk(" wor", "5-8")).status, 202);
    const status = await call("GET", at);
    assert.deepEqual([status.status, status.headers.range, status.headers.location], [204, "0-8", at]);
    const digest = digestOf(Buffer.from("hello world"));
    const end = await call("PUT", `${at}?digest=${digest}`, {
      body: Buffer.from("ld"),
      headers: { ...octets, "content-range": "9-10" },
    });
    assert.deepEqual([end.status, end.headers["docker-content-digest"]], [201, digest], end.text);
    assert.equal((await call("GET", end.headers.location!)).text, "hello world");
    const over = await call("PUT", `${at}?digest=${digest}`);
    assert.deepEqual([over.status, codeOf(over)], [404, "BLOB_UPLOAD_UNKNOWN"]);
  });

  test("takes sha512 as well, and keeps the same bytes once", async () => {
    const body = Buffer.from("known by two names");
    const held = (await cloud.drivers.containerRegistry.traces()).length;
    for (const algorithm of ["sha256", "sha512"]) {
      const digest = digestOf(body, algorithm);
      const made = await call("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, { body, headers: octets });
      assert.equal(made.status, 201, made.text);
      assert.equal((await call("GET", `/v2/${name}/blobs/${digest}`)).text, "known by two names");
    }
    await cloud.settle();
    assert.equal((await cloud.drivers.containerRegistry.traces()).length, held + 1);
  });

  test("refuses what is not what its digest says, and keeps nothing of it", async () => {
    const held = (await cloud.drivers.containerRegistry.traces()).length;
    const wrong = digestOf(Buffer.from("other"));
    const one = await call("POST", `/v2/${name}/blobs/uploads/?digest=${wrong}`, {
      body: Buffer.from("bytes"),
      headers: octets,
    });
    assert.deepEqual([one.status, codeOf(one)], [400, "DIGEST_INVALID"]);
    const bad = await call("POST", `/v2/${name}/blobs/uploads/?digest=md5:77`, {
      body: Buffer.from("bytes"),
      headers: octets,
    });
    assert.deepEqual([bad.status, codeOf(bad)], [400, "DIGEST_INVALID"]);
    assert.equal((await call("GET", `/v2/${name}/blobs/sha256:77`)).status, 400);
    assert.equal((await cloud.drivers.containerRegistry.traces()).length, held);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("ends an upload that is called off", async () => {
    const at = (await call("POST", `/v2/${name}/blobs/uploads/`)).headers.location!;
    await call("PATCH", at, { body: Buffer.from("bytes"), headers: octets });
    assert.equal((await call("DELETE", at)).status, 204);
    assert.equal((await call("GET", at)).status, 404);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("mounts what another repository of the project has, and nothing of others", async () => {
    const digest = await pushBlob(cloud, "demo/one", "to be mounted");
    const mount = (query: string, as = "demo") => call("POST", `/v2/${query}`, { as });
    const made = await mount(`demo/two/blobs/uploads/?mount=${digest}&from=demo/one`);
    assert.deepEqual([made.status, made.headers.location], [201, `/v2/demo/two/blobs/${digest}`]);
    assert.equal((await call("GET", made.headers.location!)).text, "to be mounted");
    assert.equal((await mount(`demo/three/blobs/uploads/?mount=${digest}`)).status, 201, "found in the project");
    assert.equal((await mount(`demo/four/blobs/uploads/?mount=${digest}&from=demo/nowhere`)).status, 202);
    const foreign = await mount(`stranger/x/blobs/uploads/?mount=${digest}&from=demo/one`, "stranger");
    assert.equal(foreign.status, 202, "what is not seen is uploaded");
  });

  test("takes a manifest only with all that it speaks of", async () => {
    const config = { digest: await pushBlob(cloud, name, "{}"), size: 2 };
    const missing = { digest: digestOf(Buffer.from("nowhere")), size: 7 };
    const refused = await putManifest(cloud, name, "bad", manifestOf(config, [missing]));
    assert.deepEqual([refused.status, codeOf(refused)], [404, "MANIFEST_BLOB_UNKNOWN"]);
    const index = (digest: string) =>
      Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: "application/x", digest, size: 1 }] }));
    const type = "application/vnd.oci.image.index.v1+json";
    assert.equal(
      codeOf(await putManifest(cloud, name, "all", index(missing.digest), { type })),
      "MANIFEST_BLOB_UNKNOWN",
    );
    const { digest } = await pushAll(cloud, name, "one-of-all");
    assert.equal((await putManifest(cloud, name, "all", index(digest), { type })).status, 201);
    for (const [text, code] of [
      ["{", "MANIFEST_INVALID"],
      ['{"schemaVersion":1}', "MANIFEST_INVALID"],
      ['{"schemaVersion":2,"config":{"digest":"sha256:1","size":1},"layers":[]}', "MANIFEST_INVALID"],
    ])
      assert.equal(codeOf(await putManifest(cloud, name, "bad", Buffer.from(text!))), code);
    const other = manifestOf(config, []);
    assert.equal(codeOf(await putManifest(cloud, name, missing.digest, other)), "DIGEST_INVALID");
    assert.equal(codeOf(await putManifest(cloud, name, "no tag!", other)), "MANIFEST_INVALID");
    const large = await putManifest(cloud, name, "large", Buffer.alloc(4 * 1024 * 1024 + 1, " "));
    assert.deepEqual([large.status, codeOf(large)], [413, "SIZE_INVALID"]);
  });

  test("lists tags in pages, and the project's repositories", async () => {
    for (const tag of ["b", "a", "c"]) await pushAll(cloud, "demo/tagged", tag, "the same");
    const list = await call("GET", "/v2/demo/tagged/tags/list");
    assert.deepEqual(list.body, { name: "demo/tagged", tags: ["a", "b", "c"] });
    const page = await call("GET", "/v2/demo/tagged/tags/list?n=2");
    assert.deepEqual(
      [page.body.tags, page.headers.link],
      [["a", "b"], '</v2/demo/tagged/tags/list?n=2&last=b>; rel="next"'],
    );
    const rest = await call("GET", "/v2/demo/tagged/tags/list?n=2&last=b");
    assert.deepEqual([rest.body.tags, rest.headers.link], [["c"], undefined]);
    assert.deepEqual((await call("GET", "/v2/demo/tagged/tags/list?n=0")).body.tags, []);
    assert.equal(codeOf(await call("GET", "/v2/demo/nowhere/tags/list")), "NAME_UNKNOWN");
    const mine = (await call("GET", "/v2/_catalog")).body.repositories as string[];
    assert.ok(mine.includes("demo/tagged"));
    assert.deepEqual((await call("GET", "/v2/_catalog", { as: "stranger" })).body.repositories, []);
  });

  test("knows what is about a manifest", async () => {
    const { digest, content } = await pushAll(cloud, "demo/signed", "1");
    const subject = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: content.length };
    const more = { subject, artifactType: "application/x-signature", annotations: { by: "alice" } };
    const { put, digest: about } = await pushAll(cloud, "demo/signed", "sig", "a signature", more);
    assert.equal(put.headers["oci-subject"], digest);
    const found = await call("GET", `/v2/demo/signed/referrers/${digest}`);
    assert.equal(found.headers["content-type"], "application/vnd.oci.image.index.v1+json");
    const [one] = found.body.manifests;
    assert.deepEqual(
      [one.digest, one.artifactType, one.annotations],
      [about, "application/x-signature", { by: "alice" }],
    );
    const other = await call("GET", `/v2/demo/signed/referrers/${digest}?artifactType=other`);
    assert.deepEqual([other.body.manifests, other.headers["oci-filters-applied"]], [[], "artifactType"]);
    assert.equal((await call("GET", "/v2/demo/signed/referrers/x")).status, 400);
    assert.deepEqual((await call("GET", `/v2/demo/signed/referrers/${about}`)).body.manifests, []);
  });

  test("forgets tags and manifests; their blobs go when nobody has asked for them for an hour", async () => {
    const { digest, layer } = await pushAll(cloud, "demo/going", "1", "a layer that goes");
    const kept = await call("DELETE", `/v2/demo/going/blobs/${layer}`);
    assert.deepEqual([kept.status, codeOf(kept)], [405, "UNSUPPORTED"], "a manifest speaks of it");
    assert.equal((await call("DELETE", "/v2/demo/going/manifests/1")).status, 202);
    assert.equal(codeOf(await call("GET", "/v2/demo/going/manifests/1")), "MANIFEST_UNKNOWN");
    assert.equal((await call("GET", `/v2/demo/going/manifests/${digest}`)).status, 200);
    assert.equal((await call("DELETE", `/v2/demo/going/manifests/${digest}`)).status, 202);
    assert.equal((await call("DELETE", `/v2/demo/going/manifests/${digest}`)).status, 404);
    await cloud.later("50m");
    assert.equal((await call("HEAD", `/v2/demo/going/blobs/${layer}`)).status, 200);
    await cloud.later("50m");
    await cloud.runLoop("container-registry.blob.garbage");
    assert.equal((await call("HEAD", `/v2/demo/going/blobs/${layer}`)).status, 200, "a push in flight asked for it");
    await cloud.later("61m");
    await cloud.runLoop("container-registry.blob.garbage");
    await cloud.settle();
    assert.equal((await call("HEAD", `/v2/demo/going/blobs/${layer}`)).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("gives up uploads that nobody goes on with", async () => {
    const at = (await call("POST", `/v2/${name}/blobs/uploads/`)).headers.location!;
    await call("PATCH", at, { body: Buffer.from("bytes"), headers: octets });
    await cloud.restart();
    assert.equal((await call("GET", at)).headers.range, "0-4", "it outlives the program");
    await cloud.later("61m");
    await cloud.runLoop("container-registry.upload.silent");
    assert.equal((await call("GET", at)).status, 404);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("ends an upload whose program was killed, as nobody knows what it had written", async () => {
    const at = (await call("POST", `/v2/${name}/blobs/uploads/`)).headers.location!;
    const other = await cloud.another();
    const driver = cloud.drivers["container-registry"];
    const append = driver.append;
    const reached = Promise.withResolvers<void>();
    driver.append = async (...given: unknown[]) => {
      await append(...given);
      reached.resolve();
      return new Promise(() => {});
    };
    const more = { body: Buffer.from("bytes"), headers: octets };
    const hanging = other.call("PATCH", at, { as: "demo", ...more }).catch(() => {});
    await reached.promise;
    driver.append = append;
    const busy = await call("PATCH", at, more);
    assert.deepEqual([busy.status, codeOf(busy)], [409, "BLOB_UPLOAD_INVALID"], "one at a time");
    other.kill();
    await cloud.later("2m");
    assert.equal(codeOf(await call("PATCH", at, more)), "BLOB_UPLOAD_UNKNOWN");
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
    void hanging;
  });

  test("counts what a project has, against its limit", async () => {
    const { setQuotaLimits } = await import("#platform/store/quota.ts");
    const limit = (amount: number | null) =>
      cloud.spine.write((tx) =>
        setQuotaLimits(tx, "container-registry", cloud.actors.stranger.projectId!, { registry_size_total: amount }),
      );
    await limit(1);
    await pushBlob(cloud, "stranger/x", Buffer.alloc(600 * 1024, 1), "stranger");
    const body = Buffer.alloc(600 * 1024, 2);
    const path = `/v2/stranger/x/blobs/uploads/?digest=${digestOf(body)}`;
    const over = await call("POST", path, { as: "stranger", body, headers: octets });
    assert.equal(codeOf(over), "DENIED", over.text);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
    await limit(null);
    assert.equal((await call("POST", path, { as: "stranger", body, headers: octets })).status, 201);
  });
});

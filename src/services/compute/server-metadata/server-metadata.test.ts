import assert from "node:assert/strict";
import { test } from "node:test";
import { booted } from "#test/booted.ts";

test("metadata is merged, replaced, read and removed", async (t) => {
  const { on } = await booted(t);
  const metadata = async () => (await on("GET", "/metadata", { as: "reader" })).body.metadata;
  const merged = await on("POST", "/metadata", { body: { metadata: { a: "1", b: "2" } } });
  assert.deepEqual(merged.body, { metadata: { a: "1", b: "2" } });
  assert.deepEqual((await on("PUT", "/metadata/b", { body: { meta: { b: "3" } } })).body, { meta: { b: "3" } });
  assert.deepEqual((await on("GET", "/metadata/b")).body, { meta: { b: "3" } });
  assert.equal((await on("DELETE", "/metadata/a")).status, 204);
  assert.deepEqual(await metadata(), { b: "3" });
  await on("PUT", "/metadata", { body: { metadata: { c: "4" } } });
  assert.deepEqual(await metadata(), { c: "4" });
  assert.deepEqual((await on("GET", "")).body.server.metadata, { c: "4" });
});

test("what is not there, too long, too many or another's is refused", async (t) => {
  const { on } = await booted(t);
  assert.equal((await on("GET", "/metadata/a")).body.itemNotFound.message, "Metadata item was not found");
  assert.equal((await on("DELETE", "/metadata/a")).status, 404);
  const wrong = await on("PUT", "/metadata/a", { body: { meta: { b: "1" } } });
  assert.equal(wrong.body.badRequest.message, "Request body and URI mismatch");
  assert.equal((await on("PUT", "/metadata/a", { body: { meta: { a: "1", b: "2" } } })).status, 400);
  assert.equal((await on("POST", "/metadata", { body: { metadata: { a: "x".repeat(256) } } })).status, 400);
  const much = Object.fromEntries(Array.from({ length: 129 }, (_, at) => [`k${at}`, ""]));
  const over = await on("POST", "/metadata", { body: { metadata: much } });
  assert.equal(over.body.forbidden.message, "Maximum number of metadata items exceeds 128");
  assert.equal((await on("POST", "/metadata", { as: "reader", body: { metadata: {} } })).status, 403);
  assert.equal((await on("GET", "/metadata", { as: "stranger" })).status, 404);
});

test("of two writers at once neither loses an item of the other", async (t) => {
  const { on } = await booted(t);
  const keys = ["a", "b", "c", "d"];
  await Promise.all(keys.map((key) => on("PUT", `/metadata/${key}`, { body: { meta: { [key]: "1" } } })));
  assert.deepEqual(Object.keys((await on("GET", "/metadata")).body.metadata).sort(), keys);
});

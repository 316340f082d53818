import assert from "node:assert/strict";
import { test } from "node:test";
import { booted } from "#test/booted.ts";

const version = "2.26";

test("tags come and go, one by one or all together", async (t) => {
  const { on } = await booted(t);
  const tags = async () => (await on("GET", "/tags", { version, as: "reader" })).body.tags;
  const added = await on("PUT", "/tags/blue", { version });
  assert.equal(added.status, 201);
  assert.match(added.headers.location ?? "", /\/servers\/[^/]+\/tags\/blue$/);
  assert.equal((await on("PUT", "/tags/blue", { version })).status, 204);
  assert.equal((await on("GET", "/tags/blue", { version })).status, 204);
  const replaced = await on("PUT", "/tags", { version, body: { tags: ["red", "green"] } });
  assert.deepEqual(replaced.body, { tags: ["red", "green"] });
  assert.equal((await on("DELETE", "/tags/red", { version })).status, 204);
  assert.deepEqual(await tags(), ["green"]);
  assert.equal((await on("DELETE", "/tags", { version })).status, 204);
  assert.deepEqual(await tags(), []);
});

test("tags that are not there, too long or too many are refused, and there are none before 2.26", async (t) => {
  const { on, server } = await booted(t);
  const absent = await on("GET", "/tags/blue", { version });
  assert.equal(absent.body.itemNotFound.message, `Server ${server} has no tag 'blue'`);
  assert.equal((await on("DELETE", "/tags/blue", { version })).status, 404);
  assert.equal((await on("PUT", `/tags/${"x".repeat(61)}`, { version })).status, 400);
  assert.equal((await on("PUT", "/tags/a%2Cb", { version })).status, 400);
  const many = Array.from({ length: 50 }, (_, at) => `t${at}`);
  assert.equal((await on("PUT", "/tags", { version, body: { tags: [...many, "one more"] } })).status, 400);
  assert.equal((await on("PUT", "/tags", { version, body: { tags: many } })).status, 200);
  assert.equal((await on("PUT", "/tags/more", { version })).status, 400);
  assert.equal((await on("GET", "/tags", { version: "2.25" })).status, 404);
});

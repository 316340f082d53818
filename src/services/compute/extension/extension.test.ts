import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "#test/cloud.ts";

test("what once was optional is listed, and shown by its alias", async (t) => {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const get = (path: string) => cloud.call("GET", `/compute/v2.1/extensions${path}`, { as: "reader" });
  const { extensions } = (await get("")).body;
  const [one] = extensions.filter((it: { alias: string }) => it.alias === "os-keypairs");
  assert.equal(one.name, "Keypairs");
  assert.deepEqual((await get("/os-keypairs")).body, { extension: one });
  assert.equal((await get("/os-nothing")).status, 404);
});

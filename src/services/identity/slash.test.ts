import assert from "node:assert/strict";
import { test } from "node:test";
import { begun } from "./begun.testkit.ts";

test("a slash at the end of a path is ignored, with and without a query", async (t) => {
  const { cloud } = await begun();
  t.after(() => cloud.stop());
  for (const path of ["/v3/users/", "/v3/users//", "/identity/v3/users/?name=demo", "/v3/auth/projects/"])
    assert.equal((await cloud.call("GET", path)).status, 200, path);
  const { users } = (await cloud.call("GET", "/v3/users/?name=demo")).body;
  assert.equal(users.length, 1);
  assert.equal((await cloud.call("GET", `/v3/users/${users[0].id}/`)).body.user.name, "demo");
  assert.equal((await cloud.call("GET", "/v3/nowhere/")).status, 404);
});

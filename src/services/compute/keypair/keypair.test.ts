import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { type TestContext, test } from "node:test";
import { type Call, testCloud } from "#test/cloud.ts";

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaMDEyMzQ1 me@home";
const print = "5f:3e:de:bf:d3:90:30:10:b1:ed:57:12:c3:8a:23:8d";

test("a key is imported, shown with its fingerprint, and deleted", async (t) => {
  const { call } = await begin(t);
  const made = await call("POST", "", { version: "2.2", body: { keypair: { name: "mine", public_key: publicKey } } });
  assert.equal(made.status, 201);
  assert.equal(made.body.keypair.fingerprint, print);
  assert.equal(made.body.keypair.private_key, undefined);
  const { keypair } = (await call("GET", "/mine", { version: "2.2" })).body;
  assert.equal(keypair.type, "ssh");
  assert.equal(keypair.deleted, false);
  assert.match(keypair.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  assert.equal((await call("DELETE", "/mine", { version: "2.2" })).status, 204);
  const gone = await call("GET", "/mine");
  assert.equal(gone.body.itemNotFound.message, `Keypair mine not found for user ${keypair.user_id}`);
});

test("a key is made where none is given, before 2.92, and its private half is handed out once", async (t) => {
  const { call } = await begin(t);
  const { status, body } = await call("POST", "", { body: { keypair: { name: "fresh" } } });
  assert.equal(status, 200);
  assert.equal(createPublicKey(body.keypair.private_key).asymmetricKeyType, "rsa");
  assert.equal((await call("GET", "/fresh")).body.keypair.private_key, undefined);
  assert.equal((await call("POST", "", { version: "2.92", body: { keypair: { name: "other" } } })).status, 400);
});

test("what is no key, a name taken and a name of strange letters are refused", async (t) => {
  const { call } = await begin(t);
  const make = (keypair: object, version?: string) => call("POST", "", { version, body: { keypair } });
  const bad = await make({ name: "bad", public_key: "ssh-rsa nonsense" });
  assert.equal(bad.body.badRequest.message, "Keypair data is invalid: failed to generate fingerprint");
  await make({ name: "mine", public_key: publicKey });
  const twice = await make({ name: "mine", public_key: publicKey });
  assert.equal(twice.body.conflictingRequest.message, "Key pair 'mine' already exists.");
  assert.equal((await make({ name: "me@home", public_key: publicKey }, "2.91")).status, 400);
  assert.equal((await make({ name: "me@home", public_key: publicKey }, "2.92")).status, 201);
});

test("keys are a user's own; administrators reach those of others from 2.10", async (t) => {
  const { call, cloud } = await begin(t);
  await call("POST", "", { body: { keypair: { name: "mine", public_key: publicKey } } });
  const { userId } = cloud.actors.demo;
  assert.equal((await call("GET", "/mine", { as: "stranger" })).status, 404);
  assert.equal((await call("GET", `?user_id=${userId}`, { as: "stranger", version: "2.10" })).status, 403);
  const seen = await call("GET", `?user_id=${userId}`, { as: "admin", version: "2.10" });
  assert.deepEqual(
    seen.body.keypairs.map((it: { keypair: { name: string } }) => it.keypair.name),
    ["mine"],
  );
  assert.equal((await call("GET", `/mine?user_id=${userId}`, { as: "admin", version: "2.9" })).status, 404);
});

test("from 2.35 a list is paged by name", async (t) => {
  const { call } = await begin(t);
  for (const name of ["b", "c", "a"]) await call("POST", "", { body: { keypair: { name, public_key: publicKey } } });
  const { body } = await call("GET", "?limit=2", { version: "2.35" });
  assert.equal(body.keypairs.length, 2);
  const next: string = body.keypairs_links[0].href;
  assert.match(next, /marker=b/);
  const rest = await call("GET", next.slice(next.indexOf("?")), { version: "2.35" });
  assert.equal(rest.body.keypairs[0].keypair.name, "c");
  assert.equal((await call("GET", "?marker=x", { version: "2.35" })).status, 400);
});

test("a user keeps no more keys than the quota allows", async (t) => {
  const { call, cloud } = await begin(t);
  const quota = `/compute/v2.1/os-quota-sets/${cloud.actors.demo.projectId}`;
  const set = (key_pairs: number) => cloud.database.pool.query(limit, [cloud.actors.demo.projectId, key_pairs]);
  const limit = `insert into platform_quotas (service, project_id, resource, amount) values ('compute', $1, 'key_pairs', $2)`;
  await set(1);
  assert.equal((await cloud.call("GET", quota, { as: "demo" })).body.quota_set.key_pairs, 1);
  await call("POST", "", { body: { keypair: { name: "one", public_key: publicKey } } });
  const over = await call("POST", "", { body: { keypair: { name: "two", public_key: publicKey } } });
  assert.equal(over.status, 403);
  assert.equal(over.body.forbidden.message, "Quota exceeded, too many key pairs.");
});

async function begin(t: TestContext) {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const call = (method: string, path: string, more?: Call) =>
    cloud.call(method, `/compute/v2.1/os-keypairs${path}`, { as: "demo", ...more });
  return { cloud, call };
}

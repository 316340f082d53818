import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { testCloud } from "#test/cloud.ts";
import { type Bootstrapped, identityAnswers, type Sampled } from "./identity.answers.ts";
import { passwordFrom } from "./identity.ts";

const url = "http://cloud.example:5000";
const secrets = { secret: "s".repeat(64), adminPassword: "the admin's", demoPassword: "the demo's" };

async function running(t: TestContext) {
  const cloud = await testCloud();
  const passwords = cloud.drivers.identity as Parameters<typeof identityAnswers>[0]["passwords"];
  await bootstrapIdentity(cloud.spine.write, passwords, { ...secrets, publicUrl: url, region: "RegionOne" });
  const state = await mkdtemp(join(tmpdir(), "identity-"));
  t.after(async () => {
    await cloud.stop();
    await rm(state, { recursive: true });
  });
  const answers = identityAnswers({
    spine: cloud.spine,
    passwords,
    config: { state, region: "RegionOne" },
    url,
    secrets,
  });
  const bootstrap = (given: object = { reset: false }): Promise<Bootstrapped> =>
    answers["/identity/bootstrap"]({ given });
  const sample = (): Promise<Sampled> => answers["/identity/sample-data"]();
  const login = async (name: string, password: string, scope: object) => {
    const user = { name, domain: { name: name === "admin" ? "Default" : "example" }, password };
    const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
    return cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body });
  };
  const asAdmin = (password: string, scope: object = { project: { name: "admin", domain: { id: "default" } } }) =>
    login("admin", password, scope);
  const one = async (path: string) =>
    Object.values((await cloud.call("GET", `/identity/v3${path}`)).body as object)[0][0];
  return { cloud, state, bootstrap, sample, login, asAdmin, one };
}

test("the bootstrap finds all there, and does nothing", async (t) => {
  const { bootstrap, asAdmin, state } = await running(t);
  const { done, openrc } = await bootstrap();
  assert.deepEqual(done, []);
  assert.equal(openrc, join(state, "openrc"));
  assert.equal((await asAdmin(secrets.adminPassword)).status, 201);
});

test("the bootstrap puts back an administrator who was deleted, with the password of the state folder", async (t) => {
  const { cloud, bootstrap, asAdmin, one } = await running(t);
  await cloud.call("DELETE", `/identity/v3/users/${(await one("/users?name=admin")).id}`);
  assert.equal((await asAdmin(secrets.adminPassword)).status, 401);
  assert.deepEqual((await bootstrap()).done, [
    "made the user admin, with a new password",
    "gave the user admin the role admin on the project admin",
    "gave the user admin the role admin on the system",
  ]);
  assert.equal((await asAdmin(secrets.adminPassword)).status, 201);
  assert.equal((await asAdmin(secrets.adminPassword, { system: { all: true } })).status, 201);
  assert.deepEqual((await bootstrap()).done, []);
});

test("the bootstrap enables what was switched off, and enters what was struck from the catalogue", async (t) => {
  const { cloud, bootstrap, one } = await running(t);
  const admin = await one("/users?name=admin");
  await cloud.call("PATCH", `/identity/v3/users/${admin.id}`, { body: { user: { enabled: false } } });
  const project = await one("/projects?name=admin");
  await cloud.call("PATCH", `/identity/v3/projects/${project.id}`, { body: { project: { enabled: false } } });
  const compute = await one("/services?type=compute");
  const endpoint = await one(`/endpoints?service_id=${compute.id}&interface=public`);
  await cloud.call("PATCH", `/identity/v3/endpoints/${endpoint.id}`, { body: { endpoint: { enabled: false } } });
  const image = await one("/services?type=image");
  await cloud.call("DELETE", `/identity/v3/services/${image.id}`);
  assert.deepEqual((await bootstrap()).done, [
    "enabled the project admin",
    "enabled the user admin",
    "entered the public endpoint of nova in the catalogue",
    "entered the service glance (image) in the catalogue",
    ...["public", "internal", "admin"].map((face) => `entered the ${face} endpoint of glance in the catalogue`),
  ]);
  assert.equal((await one(`/endpoints?service_id=${compute.id}&interface=public`)).enabled, true);
  assert.deepEqual((await bootstrap()).done, []);
});

test("a new password takes the old tokens back, and stands in the credentials", async (t) => {
  const { cloud, bootstrap, asAdmin, state } = await running(t);
  const token = (await asAdmin(secrets.adminPassword)).headers["x-subject-token"]!;
  assert.deepEqual((await bootstrap({ reset: true })).done, [
    "gave the user admin a new password, and took back its tokens",
  ]);
  assert.equal((await cloud.call("GET", "/identity/v3/auth/projects", { as: token })).status, 401);
  assert.equal((await asAdmin(secrets.adminPassword)).status, 401);
  const { adminPassword } = JSON.parse(await readFile(join(state, "secrets.json"), "utf8"));
  assert.equal((await asAdmin(adminPassword)).status, 201);
  assert.match(await readFile(join(state, "openrc"), "utf8"), new RegExp(`OS_PASSWORD='${adminPassword}'`));
  await bootstrap({ reset: false, password: "one of our own" });
  assert.equal((await asAdmin("one of our own")).status, 201);
});

test("a password comes as the first line of standard input", async () => {
  assert.equal(await passwordFrom(Readable.from("one of our own\nmore\n")), "one of our own");
  await assert.rejects(passwordFrom(Readable.from("")), /no password came on standard input/);
});

test("sample data are made once, and people have the roles that they are said to have", async (t) => {
  const { sample, login } = await running(t);
  const { made, password } = await sample();
  assert.deepEqual(made, [
    ...["domain example", "project web", "project web-staging", "project data"],
    ...["group developers", "group operators", "user alice", "user bob", "user carol", "user dave"],
  ]);
  const rolesOf = async (name: string, scope: object) =>
    (await login(name, password, scope)).body.token?.roles.map((role: { name: string }) => role.name).sort();
  const project = (name: string) => ({ project: { name, domain: { name: "example" } } });
  assert.deepEqual(await rolesOf("alice", { domain: { name: "example" } }), ["manager", "member", "reader"]);
  assert.deepEqual(await rolesOf("bob", project("web-staging")), ["member", "reader"]);
  assert.deepEqual(await rolesOf("bob", project("web")), ["reader"]);
  assert.deepEqual(await rolesOf("dave", project("web")), undefined);
  assert.deepEqual((await sample()).made, []);
  assert.equal((await login("alice", password, { domain: { name: "example" } })).status, 201);
});

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";

describe("a role that is bound to a service", () => {
  let cloud: TestCloud;
  let project: string;
  let image: string;
  let role: string;
  before(async () => {
    cloud = await testCloud();
    const it = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };
    await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, it);
    project = await idOf("projects", "demo");
    image = await idOf("services", "glance");
    role = (await admin("POST", "/v3/roles", { role: { name: "image-admin", service_id: image } })).body.role.id;
    await admin("PUT", `/v3/roles/${role}/implies/${await idOf("roles", "admin")}`);
    const user = { name: "ann", password: "secret", default_project_id: project };
    const { id } = (await admin("POST", "/v3/users", { user })).body.user;
    await admin("PUT", `/v3/projects/${project}/users/${id}/roles/${role}`);
    await admin("PUT", `/v3/projects/${project}/users/${id}/roles/${await idOf("roles", "reader")}`);
  });
  after(() => cloud.stop());

  const admin = (method: string, path: string, body?: unknown) => cloud.call(method, path, { body });
  const idOf = async (kind: string, name: string) =>
    (await admin("GET", `/v3/${kind}?name=${name}`)).body[kind][0].id as string;
  const logIn = () => {
    const user = { name: "ann", domain: { id: "default" }, password: "secret" };
    const auth = { identity: { methods: ["password"], password: { user } } };
    return cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth } });
  };

  test("holds at that service, with what it implies, and at no other", async () => {
    const made = await logIn();
    const as = made.headers["x-subject-token"]!;
    const status = async (method: string, path: string, body?: unknown) =>
      (await cloud.call(method, path, { as, body })).status;
    const open = { name: "disk", visibility: "public", disk_format: "raw", container_format: "bare" };
    assert.equal(await status("POST", "/image/v2/images", open), 201, "only an administrator makes images public");
    assert.equal(await status("GET", "/compute/v2.1/flavors"), 200, "a reader everywhere");
    const flavor = { name: "big", vcpus: 1, ram: 64, disk: 1 };
    assert.equal(await status("POST", "/compute/v2.1/flavors", { flavor }), 403);
    assert.equal(await status("GET", "/v3/users"), 403);
    assert.equal(await status("POST", "/network/v2.0/networks", { network: { name: "n", shared: true } }), 403);
  });

  test("is an ordinary role to who does not know", async () => {
    const made = await logIn();
    const names = (body: { token: { roles: { name: string }[] } }) => body.token.roles.map((it) => it.name);
    assert.deepEqual(names(made.body), ["image-admin", "reader"]);
    const headers = { "x-subject-token": made.headers["x-subject-token"]! };
    const shown = await cloud.call("GET", "/v3/auth/tokens", { headers });
    assert.deepEqual(names(shown.body), ["image-admin", "reader"]);
    const listed = (await admin("GET", `/v3/roles/${role}`)).body.role;
    assert.equal(listed.service_id, image);
    const { role_assignments: all } = (await admin("GET", `/v3/role_assignments?effective&include_names`)).body;
    const held = all.filter((it: { user: { name: string } }) => it.user.name === "ann");
    assert.deepEqual(
      new Set(held.map((it: { role: { name: string } }) => it.role.name)),
      new Set(["image-admin", "reader"]),
    );
  });

  test("stays bound: neither it nor its service can change that", async () => {
    const patch = await admin("PATCH", `/v3/roles/${role}`, { role: { service_id: null } });
    assert.equal(patch.status, 400);
    assert.equal((await admin("DELETE", `/v3/services/${image}`)).status, 403);
    const plain = (await admin("POST", "/v3/roles", { role: { name: "plain" } })).body.role.id;
    const everywhere = await admin("PUT", `/v3/roles/${plain}/implies/${await idOf("roles", "admin")}`);
    assert.equal(everywhere.status, 403, "what holds everywhere implies no administrator");
    const nowhere = await admin("POST", "/v3/roles", { role: { name: "odd", service_id: "none" } });
    assert.equal(nowhere.status, 400);
  });

  test("ends with its tokens when it is taken away", async () => {
    const as = (await logIn()).headers["x-subject-token"]!;
    const open = { name: "disk", visibility: "public", disk_format: "raw", container_format: "bare" };
    const user = await idOf("users", "ann");
    await admin("DELETE", `/v3/projects/${project}/users/${user}/roles/${role}`);
    assert.equal((await cloud.call("POST", "/image/v2/images", { as, body: open })).status, 401);
    const again = (await logIn()).headers["x-subject-token"]!;
    assert.equal((await cloud.call("POST", "/image/v2/images", { as: again, body: open })).status, 403);
  });
});

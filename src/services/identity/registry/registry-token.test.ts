import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TestCloud } from "#test/cloud.ts";
import {
  manifestOf,
  passwords,
  pushBlob,
  putManifest,
  registryCloud,
} from "../../container-registry/registry.testkit.ts";
import { projectOf } from "./registry-token.login.ts";

const basic = (name: string, word: string) => `Basic ${Buffer.from(`${name}:${word}`).toString("base64")}`;
const toPush = "repository:demo/app:pull,push";

describe("a registry's token", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await registryCloud();
  });
  after(() => cloud.stop());
  const ask = (name: string, word: string, scope = toPush) =>
    cloud.call("GET", `/v3/registry/token?service=crunch&scope=${encodeURIComponent(scope)}`, {
      as: null,
      headers: { authorization: basic(name, word) },
    });

  test("is for the project that the scope names, and lives for a quarter of an hour", async () => {
    const given = await ask("demo", passwords.demoPassword);
    assert.equal(given.status, 200, given.text);
    assert.deepEqual([given.body.expires_in, given.body.token], [900, given.body.access_token]);
    const { token } = given.body;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
    const begun = await cloud.call("POST", "/v2/demo/app/blobs/uploads/", { as: null, headers });
    assert.equal(begun.status, 202, begun.text);
    await pushBlob(cloud, "demo/app", "pushed with a token", token);
    await cloud.later("16m");
    assert.equal((await cloud.call("GET", "/v2/", { as: null, headers })).status, 401);
  });

  test("is refused for a wrong word, another's project, and nobody; guessing is slowed as logins are", async () => {
    assert.equal((await ask("demo", "wrong")).status, 401);
    assert.equal((await ask("demo", passwords.demoPassword, "repository:admin/app:pull")).status, 401);
    const nobody = await cloud.call("GET", "/v3/registry/token", { as: null });
    assert.deepEqual([nobody.status, nobody.headers["www-authenticate"]], [401, 'Basic realm="crunch"']);
    for (let i = 0; i < 5; i += 1) await ask("somebody", "wrong");
    assert.equal((await ask("somebody", "wrong")).status, 429);
  });

  test("is given to users of other domains, application credentials and tokens", async () => {
    const admin = { as: "admin" };
    const domain = (await cloud.call("POST", "/v3/domains", { ...admin, body: { domain: { name: "lab" } } })).body
      .domain.id;
    const user = { user: { name: "eve@home", password: "a-word-of-eve", domain_id: domain } };
    assert.equal((await cloud.call("POST", "/v3/users", { ...admin, body: user })).status, 201);
    assert.equal((await ask("eve@home@lab", "a-word-of-eve", "registry:catalog:*")).status, 200);
    const own = (await ask("demo", passwords.demoPassword)).body.token as string;
    const me = (await cloud.call("GET", "/v3/users?name=demo", admin)).body.users[0].id;
    const path = `/v3/users/${me}/application_credentials`;
    const lent = await cloud.call("POST", path, { as: own, body: { application_credential: { name: "robot" } } });
    assert.equal(lent.status, 201, lent.text);
    const { id, secret } = lent.body.application_credential;
    const robot = await ask(id, secret);
    assert.equal(robot.status, 200, robot.text);
    await pushBlob(cloud, "demo/app", "pushed by a robot", robot.body.token);
    assert.equal((await ask(id, "wrong")).status, 401);
    assert.equal((await ask("token", own)).body.token, own);
    assert.equal((await ask("token", robot.body.token)).body.token, robot.body.token);
    assert.equal((await ask("token", "nonsense")).status, 401);
  });

  test("that names no project is for the only one that its user has, so that it may search", async () => {
    const search = async (name: string, word: string) => {
      const headers = { authorization: basic(name, word) };
      const given = await cloud.call("GET", "/v3/registry/token?service=crunch", { as: null, headers });
      assert.equal(given.status, 200, given.text);
      return cloud.call("GET", "/v2/_catalog", { as: given.body.token });
    };
    const own = (await ask("demo", passwords.demoPassword)).body.token as string;
    const config = await pushBlob(cloud, "demo/found", "{}", own);
    const put = await putManifest(cloud, "demo/found", "1", manifestOf({ digest: config, size: 2 }, []), { as: own });
    assert.equal(put.status, 201, put.text);
    const found = await search("demo", passwords.demoPassword);
    assert.deepEqual([found.status, found.body], [200, { repositories: ["demo/found"] }]);
    const admin = { as: "admin" };
    const other = { project: { name: "other" } };
    const project = (await cloud.call("POST", "/v3/projects", { ...admin, body: other })).body.project.id;
    const [me] = (await cloud.call("GET", "/v3/users?name=demo", admin)).body.users;
    const [reader] = (await cloud.call("GET", "/v3/roles?name=reader", admin)).body.roles;
    const grant = `/v3/projects/${project}/users/${me.id}/roles/${reader.id}`;
    assert.equal((await cloud.call("PUT", grant, admin)).status, 204);
    assert.equal((await search("demo", passwords.demoPassword)).status, 403, "with two it has to say which");
    const chosen = { user: { default_project_id: project } };
    assert.equal((await cloud.call("PATCH", `/v3/users/${me.id}`, { ...admin, body: chosen })).status, 200);
    assert.deepEqual((await search("demo", passwords.demoPassword)).body, { repositories: [] });
  });

  test("need not be asked for by who comes with a name and a password at once", async () => {
    const come = (name: string, word: string, method = "POST") =>
      cloud.call(method, "/v2/demo/app/blobs/uploads/", { as: null, headers: { authorization: basic(name, word) } });
    assert.equal((await come("demo", passwords.demoPassword)).status, 202);
    const wrong = await come("demo", "wrong");
    assert.deepEqual([wrong.status, wrong.body.errors[0].code], [401, "UNAUTHORIZED"]);
    for (let i = 0; i < 5; i += 1) await come("nobody", "wrong");
    const slowed = await come("nobody", "wrong");
    assert.deepEqual([slowed.status, slowed.body.errors[0].code], [429, "TOOMANYREQUESTS"]);
    const elsewhere = await cloud.call("GET", "/image/v2/images", {
      as: null,
      headers: { authorization: basic("demo", passwords.demoPassword) },
    });
    assert.equal(elsewhere.status, 401, "only the registry's clients come so");
  });

  test("is given to a form as well", async () => {
    const post = (form: Record<string, string>) =>
      cloud.call("POST", "/v3/registry/token", {
        as: null,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ service: "crunch", client_id: "x", scope: toPush, ...form }).toString(),
      });
    const given = await post({ grant_type: "password", username: "demo", password: passwords.demoPassword });
    assert.equal(given.status, 200, given.text);
    const again = await post({ grant_type: "refresh_token", refresh_token: given.body.access_token });
    assert.equal(again.status, 200, again.text);
    assert.equal((await post({ grant_type: "password", username: "demo", password: "wrong" })).status, 401);
  });
});

test("of several scopes the one that is pushed to says the project", () => {
  const scopes = ["repository:one/a:pull", "repository:two/b/c:pull,push"];
  assert.deepEqual(projectOf(scopes), { project: { name: "two", domain: { id: "default" } } });
  const id = "0123456789abcdef0123456789abcdef";
  assert.deepEqual(projectOf([`repository:${id}/x:pull`]), { project: { id } });
  assert.equal(projectOf(["registry:catalog:*"]), undefined);
});

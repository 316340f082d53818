import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openid } from "#drivers/identity/openid/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { beginning, driver } from "../begun.testkit.ts";
import { bootstrapIdentity } from "../bootstrap.ts";
import { identity } from "../service.ts";
import { type Corp, corp } from "./provider.testkit.ts";

const host = "cloud.test";
const root = `http://${host}/v3`;
const dashboard = "https://dashboard.example/auth/websso/";
const rules = [
  { local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] },
  { local: [{ groups: "{0}", domain: { id: "default" } }], remote: [{ type: "OIDC-groups" }] },
];

describe("coming in from an identity provider", () => {
  let [cloud, provider]: [TestCloud, Corp] = [undefined as never, undefined as never];
  let projectId: string;
  const auth = "/v3/OS-FEDERATION/identity_providers/corp/protocols/openid/auth";
  const enter = (token: string, how: object = {}) =>
    cloud.call("POST", auth, { as: null, headers: { authorization: `Bearer ${token}` }, ...how });
  const put = async (path: string, body: object) => {
    const { status, text } = await cloud.call("PUT", `/v3${path}`, { body });
    assert.ok(status < 300, text);
  };

  before(async () => {
    provider = await corp(`${root}/auth/OS-FEDERATION/callback`, { groups: ["staff", "strangers to this cloud"] });
    const known = { issuer: provider.issuer, clientId: "crunch", clientSecret: "the client's secret" };
    const federation = openid({ corp: known });
    const settings = { "trusted-dashboards": dashboard };
    cloud = await testCloud({ services: [identity], drivers: { identity: { ...driver, federation } }, settings });
    await bootstrapIdentity(cloud.spine.write, driver, beginning);
    await put("/OS-FEDERATION/identity_providers/corp", {
      identity_provider: { enabled: true, remote_ids: [provider.issuer] },
    });
    await put("/OS-FEDERATION/mappings/people", { mapping: { rules } });
    await put("/OS-FEDERATION/identity_providers/corp/protocols/openid", { protocol: { mapping_id: "people" } });
    const post = async (path: string, body: object) => (await cloud.call("POST", `/v3${path}`, { body })).body;
    const groupId = (await post("/groups", { group: { name: "staff", domain_id: "default" } })).group.id;
    projectId = (await cloud.call("GET", "/v3/projects?name=demo")).body.projects[0].id;
    const roleId = (await cloud.call("GET", "/v3/roles?name=reader")).body.roles[0].id;
    await put(`/projects/${projectId}/groups/${groupId}/roles/${roleId}`, {});
  });
  after(async () => {
    await cloud.stop();
    await provider.end();
  });

  test("a token of the provider's opens, whether it can be read or has to be asked about", async () => {
    const ids = [];
    for (const kind of ["opaque", "jwt"] as const) {
      const { status, body, headers, text } = await enter(await provider.token("ada", { kind }));
      assert.equal(status, 201, text);
      assert.deepEqual(body.token.methods, ["openid"]);
      assert.equal(body.token.user["OS-FEDERATION"].identity_provider.id, "corp");
      assert.equal(body.token.project, undefined);
      assert.match(headers["x-subject-token"]!, /^gAAAAA/);
      assert.equal(body.token.user.name, "ada");
      ids.push(body.token.user.id);
    }
    assert.equal(ids[0], ids[1], "it is the same user each time");
  });

  test("the groups that the mapping gives give their roles, and no others", async () => {
    const { headers } = await enter(await provider.token("ada"));
    const token = headers["x-subject-token"]!;
    const projects = await cloud.call("GET", "/v3/auth/projects", { as: token });
    assert.deepEqual(
      projects.body.projects.map((one: { id: string }) => one.id),
      [projectId],
    );
    const identity = { methods: ["token"], token: { id: token } };
    const scoped = await cloud.call("POST", "/v3/auth/tokens", {
      as: null,
      body: { auth: { identity, scope: { project: { id: projectId } } } },
    });
    assert.equal(scoped.status, 201, scoped.text);
    assert.deepEqual(
      scoped.body.token.roles.map((one: { name: string }) => one.name),
      ["reader"],
    );
    assert.equal(scoped.body.token.user["OS-FEDERATION"].groups.length, 1);
  });

  test("the login of every other user takes a provider's token as well, with a scope at once", async () => {
    const headers = { authorization: `Bearer ${await provider.token("ada")}` };
    const log = (method: string, more: object) => {
      const identity = { methods: [method], [method]: { identity_provider: "corp", protocol: "openid" } };
      const body = { auth: { identity, scope: { project: { id: projectId } } } };
      return cloud.call("POST", "/v3/auth/tokens", { as: null, headers, body, ...more });
    };
    for (const name of ["mapped", "openid"]) {
      const { status, body, text } = await log(name, {});
      assert.equal(status, 201, text);
      assert.deepEqual(body.token.methods, [name]);
      assert.equal(body.token.user.name, "ada");
    }
    assert.equal((await log("mapped", { headers: { authorization: "Bearer nonsense" } })).status, 401);
    assert.equal((await log("mapped", { headers: {} })).status, 401);
  });

  test("an administrator may say beforehand who of the provider is which user here", async () => {
    const federated = [{ idp_id: "corp", protocols: [{ protocol_id: "openid", unique_id: "alan" }] }];
    const body = { user: { name: "turing", domain_id: "default", federated } };
    const made = await cloud.call("POST", "/v3/users", { body });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(made.body.user.federated, federated);
    const { body: entered } = await enter(await provider.token("alan"));
    assert.equal(entered.token.user.id, made.body.user.id);
    assert.equal(entered.token.user.name, "turing");
    const listed = await cloud.call("GET", "/v3/users?idp_id=corp&unique_id=alan");
    assert.deepEqual(
      listed.body.users.map((one: { id: string }) => one.id),
      [made.body.user.id],
    );
    const other = { user: { name: "church", domain_id: "default", federated } };
    assert.equal((await cloud.call("POST", "/v3/users", { body: other })).status, 400);
  });

  test("a token that is not for this cloud, or is none, opens nothing", async () => {
    const foreign = [
      await provider.token("ada", { audience: "elsewhere" }),
      await provider.token("ada", { audience: "elsewhere", kind: "jwt" }),
      "nonsense",
      "a.b.c",
    ];
    for (const token of foreign) assert.equal((await enter(token)).status, 401, token);
    const jwt = await provider.token("ada", { kind: "jwt" });
    const [head, body, signature] = jwt.split(".");
    const forged = [
      head,
      Buffer.from(Buffer.from(body!, "base64url").toString().replace("ada", "eve")).toString("base64url"),
      signature,
    ];
    assert.equal((await enter(forged.join("."))).status, 401);
    assert.equal((await cloud.call("POST", auth, { as: null })).status, 401);
  });

  test("a browser comes in by the provider's page, and brings its token to a dashboard that is trusted", async () => {
    const path = "/v3/auth/OS-FEDERATION/identity_providers/corp/protocols/openid/websso";
    const headers = { host };
    const evil = await cloud.call("GET", `${path}?origin=https://evil.example/`, { as: null, headers });
    assert.equal(evil.status, 401);
    const query = `?origin=${encodeURIComponent(dashboard)}`;
    const sent = await cloud.call("GET", path + query, { as: null, headers });
    assert.equal(sent.status, 302, sent.text);
    const arrived = new URL(await provider.browse(sent.headers.location!, "grace"));
    const callback = arrived.pathname + arrived.search;
    const other = await cloud.call("GET", callback, { as: null, headers });
    assert.equal(other.status, 401, "another browser does not come in with it");
    const cookie = String(sent.headers["set-cookie"]).split(";")[0]!;
    const back = await cloud.call("GET", callback, { as: null, headers: { host, cookie } });
    assert.equal(back.status, 200, back.text);
    assert.match(back.text, new RegExp(`action="${dashboard}"`));
    const token = /name="token" id="token" value="([^"]+)"/.exec(back.text)![1]!;
    const shown = await cloud.call("GET", "/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
    assert.equal(shown.body.token.user.name, "grace");
    assert.equal((await cloud.call("GET", callback, { as: null, headers: { host, cookie } })).status, 401, "only once");
  });

  test("a provider that is switched off lets nobody in, and whom it let in is out", async () => {
    const before = (await enter(await provider.token("ada"))).headers["x-subject-token"]!;
    const on = (enabled: boolean) =>
      cloud.call("PATCH", "/v3/OS-FEDERATION/identity_providers/corp", { body: { identity_provider: { enabled } } });
    await on(false);
    assert.equal((await enter(await provider.token("ada"))).status, 403);
    assert.equal((await cloud.call("GET", "/v3/auth/projects", { as: before })).status, 401);
    await on(true);
    assert.equal((await enter(await provider.token("ada"))).status, 201);
  });

  test("a provider that calls itself by a name that is not registered is refused", async () => {
    const ids = (remote_ids: string[]) =>
      cloud.call("PATCH", "/v3/OS-FEDERATION/identity_providers/corp", { body: { identity_provider: { remote_ids } } });
    await ids(["https://id.example"]);
    assert.equal((await enter(await provider.token("ada"))).status, 403);
    await ids([provider.issuer]);
    assert.equal((await enter(await provider.token("ada"))).status, 201);
  });

  test("a provider that does not answer is a 503, and users of one's own are unaffected", async () => {
    const token = await provider.token("ada");
    provider.silence();
    assert.equal((await enter(token)).status, 503);
    assert.equal((await cloud.call("GET", "/v3/users")).status, 200);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openid } from "#drivers/identity/openid/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { beginning, driver } from "../begun.testkit.ts";
import { bootstrapIdentity } from "../bootstrap.ts";
import { identity } from "../service.ts";
import { type Corp, corp } from "./provider.testkit.ts";

type Named = { id: string; name: string };
const provided = "/OS-FEDERATION/identity_providers/corp";

describe("groups that come with a login", () => {
  let [cloud, provider]: [TestCloud, Corp] = [undefined as never, undefined as never];
  let [projectId, groupId, readerId] = ["", "", ""];
  const claims = { groups: ["staff"] };
  const call = (method: string, path: string, body?: unknown, as?: string) =>
    cloud.call(method, `/v3${path}`, { body, ...(as && { as }) });
  const put = async (path: string, body: object) => {
    const { status, text } = await call("PUT", path, body);
    assert.ok(status < 300, text);
  };
  const last = (minutes: number | null) =>
    call("PATCH", provided, { identity_provider: { authorization_ttl: minutes } });
  const logIn = (auth: object) => cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth } });
  /** Comes in; who that is here, with a token for the project. */
  const enter = async (name: string) => {
    const headers = { authorization: `Bearer ${await provider.token(name)}` };
    const made = await cloud.call("POST", `/v3${provided}/protocols/openid/auth`, { as: null, headers });
    assert.equal(made.status, 201, made.text);
    const unscoped = made.headers["x-subject-token"]!;
    const identity = { methods: ["token"], token: { id: unscoped } };
    const scoped = await logIn({ identity, scope: { project: { id: projectId } } });
    return { id: made.body.token.user.id as string, unscoped, as: scoped.headers["x-subject-token"]! };
  };
  const groupsOf = async (id: string) => (await call("GET", `/users/${id}/groups`)).body.groups;
  const newCredential = ({ id, as }: { id: string; as: string }, name: string) =>
    call("POST", `/users/${id}/application_credentials`, { application_credential: { name, secret: "s" } }, as);
  const through = (id: string) =>
    logIn({ identity: { methods: ["application_credential"], application_credential: { id, secret: "s" } } });

  before(async () => {
    provider = await corp("http://cloud.test/v3/auth/OS-FEDERATION/callback", claims);
    const federation = openid({
      corp: { issuer: provider.issuer, clientId: "crunch", clientSecret: "the client's secret" },
    });
    cloud = await testCloud({ services: [identity], drivers: { identity: { ...driver, federation } } });
    await bootstrapIdentity(cloud.spine.write, driver, beginning);
    await put(provided, { identity_provider: { enabled: true, remote_ids: [provider.issuer] } });
    const rules = [
      { local: [{ user: { name: "{0}" } }], remote: [{ type: "OIDC-sub" }] },
      { local: [{ groups: "{0}", domain: { id: "default" } }], remote: [{ type: "OIDC-groups" }] },
    ];
    await put("/OS-FEDERATION/mappings/people", { mapping: { rules } });
    await put(`${provided}/protocols/openid`, { protocol: { mapping_id: "people" } });
    groupId = (await call("POST", "/groups", { group: { name: "staff", domain_id: "default" } })).body.group.id;
    projectId = (await call("GET", "/projects?name=demo")).body.projects[0].id;
    readerId = (await call("GET", "/roles?name=reader")).body.roles[0].id;
    await put(`/projects/${projectId}/groups/${groupId}/roles/${readerId}`, {});
  });
  after(async () => {
    await cloud.stop();
    await provider.end();
  });

  test("are in its tokens alone as long as the provider says nothing of a time", async () => {
    const ada = await enter("ada");
    assert.deepEqual(await groupsOf(ada.id), []);
    assert.equal((await newCredential(ada, "early")).status, 400, "she has no role but by her token");
  });

  test("last for the provider's minutes, and are shown with their end", async () => {
    await last(30);
    const ada = await enter("ada");
    const [staff, ...more] = await groupsOf(ada.id);
    assert.deepEqual(more, []);
    assert.equal(staff.id, groupId);
    const end = Date.parse(cloud.world("identity").now) + 30 * 60_000;
    assert.equal(staff.membership_expires_at, new Date(end).toISOString().replace(/\d{3}Z$/, "000000"));
    assert.equal((await call("HEAD", `/groups/${groupId}/users/${ada.id}`)).status, 204);
    const effective = `/role_assignments?effective&user.id=${ada.id}`;
    assert.deepEqual(
      (await call("GET", effective)).body.role_assignments.map((it: { role: Named }) => it.role.id),
      [readerId],
    );
    await cloud.later("31m");
    assert.deepEqual(await groupsOf(ada.id), []);
    assert.equal((await call("HEAD", `/groups/${groupId}/users/${ada.id}`)).status, 404);
    assert.deepEqual((await call("GET", effective)).body.role_assignments, []);
  });

  test("keep application credentials and trusts alive until their end, and again from the next login", async () => {
    await last(30);
    const ada = await enter("ada");
    const made = await newCredential(ada, "robot");
    assert.equal(made.status, 201, made.text);
    const { id } = made.body.application_credential;
    const demo = (await call("GET", "/users?name=demo")).body.users[0].id;
    const trust = { trustor_user_id: ada.id, trustee_user_id: demo, impersonation: false, project_id: projectId };
    const asked = { trust: { ...trust, roles: [{ id: readerId }] } };
    const trusted = await call("POST", "/OS-TRUST/trusts", asked, ada.as);
    assert.equal(trusted.status, 201, trusted.text);
    const user = { name: "demo", domain: { id: "default" }, password: beginning.demoPassword };
    const scope = { "OS-TRUST:trust": { id: trusted.body.trust.id } };
    const byTrust = () => logIn({ identity: { methods: ["password"], password: { user } }, scope });
    await cloud.later("20m");
    const [one, other] = [await through(id), await byTrust()];
    assert.deepEqual([one.status, other.status], [201, 201], one.text + other.text);
    const [{ membership_expires_at: end }] = await groupsOf(ada.id);
    for (const { body } of [one, other])
      assert.equal(Date.parse(body.token.expires_at), Date.parse(`${end}Z`), "no token outlives the membership");
    await cloud.later("11m");
    assert.deepEqual([(await through(id)).status, (await byTrust()).status], [401, 403]);
    const token = one.headers["x-subject-token"]!;
    assert.equal((await cloud.call("GET", "/v3/auth/projects", { as: token })).status, 401);
    await enter("ada");
    assert.deepEqual([(await through(id)).status, (await byTrust()).status], [201, 201]);
  });

  test("of a user who is in a group for good as well last", async () => {
    const grace = await enter("grace");
    await put(`/groups/${groupId}/users/${grace.id}`, {});
    assert.equal((await groupsOf(grace.id))[0].membership_expires_at, null);
    const { body } = await cloud.call("GET", "/v3/auth/projects", { as: grace.unscoped });
    assert.equal(body.projects.length, 1);
  });

  test("that do not come any more are left at once, with the tokens that had them", async () => {
    await last(30);
    const before = await enter("alan");
    claims.groups = [];
    const headers = { authorization: `Bearer ${await provider.token("alan")}` };
    const made = await cloud.call("POST", `/v3${provided}/protocols/openid/auth`, { as: null, headers });
    claims.groups = ["staff"];
    assert.deepEqual(await groupsOf(before.id), []);
    const works = async (as: string) => (await cloud.call("GET", "/v3/auth/projects", { as })).status;
    assert.equal(await works(before.as), 401);
    assert.equal(await works(made.headers["x-subject-token"]!), 200);
  });

  test("lose a role that is taken from the group, and their tokens with it", async () => {
    const ada = await enter("ada");
    const role = `/projects/${projectId}/groups/${groupId}/roles/${readerId}`;
    assert.equal((await call("DELETE", role)).status, 204);
    assert.equal((await cloud.call("GET", "/v3/auth/projects", { as: ada.as })).status, 401);
    await put(role, {});
  });
});

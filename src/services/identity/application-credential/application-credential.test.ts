import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, tokenOf, named, made, works } = await begun();
const user = await named("user", "demo");
const project = await named("project", "demo");
const [member, reader] = [await named("role", "member"), await named("role", "reader")];
const all = `/v3/users/${user}/application_credentials`;
const demo = () => tokenOf("demo", onProject("demo"));

let count = 0;
async function lend(fields: object = {}, as?: string) {
  count += 1;
  const body = { application_credential: { name: `c${count}`, ...fields } };
  return cloud.call("POST", all, { as: as ?? (await demo()), body });
}
const lent = async (fields: object = {}) => (await lend(fields)).body.application_credential;
const enter = (credential: object, scope?: object) => {
  const identity = { methods: ["application_credential"], application_credential: credential };
  return cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity, scope } } });
};
const token = async (it: { id: string; secret: string }) =>
  (await enter({ id: it.id, secret: it.secret })).headers["x-subject-token"]!;

describe("lending to programs", () => {
  after(() => cloud.stop());

  describe("an application credential", () => {
    test("says its secret once, and keeps only its hash", async () => {
      const { status, body } = await lend({ description: "ci" });
      assert.equal(status, 201);
      const it = body.application_credential;
      assert.match(it.secret, /^[\w-]{80,}$/);
      assert.deepEqual([it.project_id, it.unrestricted, it.expires_at, it.description], [project, false, null, "ci"]);
      assert.deepEqual(
        it.roles.map(({ name }: { name: string }) => name),
        ["member", "reader"],
      );
      const shown = (await cloud.call("GET", `${all}/${it.id}`, { as: await demo() })).body.application_credential;
      assert.equal("secret" in shown, false);
      const { rows } = await cloud.database.pool.query("select secret_hash from identity_application_credentials");
      assert.ok(rows.every(({ secretHash: hash }: { secretHash: string }) => /^\$argon2id\$/.test(hash)));
    });

    test("opens its project with its roles, by id or by name", async () => {
      const it = await lent({ roles: [{ name: "reader" }], secret: "mine" });
      for (const by of [
        { id: it.id },
        { name: it.name, user: { id: user } },
        { name: it.name, user: { name: "demo", domain: { name: "Default" } } },
      ]) {
        const { status, body } = await enter({ ...by, secret: "mine" });
        assert.equal(status, 201);
        assert.equal(body.token.project.id, project);
        assert.deepEqual(
          body.token.roles.map(({ id }: { id: string }) => id),
          [reader],
        );
        const { id, name } = it;
        assert.deepEqual(body.token.application_credential, { id, name, restricted: true });
        assert.deepEqual(body.token.methods, ["application_credential"]);
      }
      assert.equal((await enter({ id: it.id, secret: "wrong" })).status, 401);
      assert.equal((await enter({ id: "nobody's", secret: "mine" })).status, 401);
      assert.equal((await enter({ id: it.id, secret: "mine" }, onProject("demo"))).status, 401);
    });

    test("never has more roles than the token that asks for it", async () => {
      assert.equal((await lend({ roles: [{ name: "admin" }] })).status, 400);
      assert.equal((await lend({ roles: [{ name: "no such" }] })).status, 404);
      const few = await lent({ roles: [{ id: reader }], unrestricted: true });
      assert.equal((await lend({ roles: [{ id: member }] }, await token(few))).status, 400);
    });

    test("may have roles that its user was given after the token", async () => {
      const as = await demo();
      const extra = await made("role", { name: "extra" });
      await cloud.call("PUT", `/v3/projects/${project}/users/${user}/roles/${extra.id}`);
      const { status, body } = await lend({ roles: [{ id: extra.id }] }, as);
      assert.equal(status, 201);
      assert.deepEqual(
        body.application_credential.roles.map(({ name }: { name: string }) => name),
        ["extra"],
      );
    });

    test("is made for a project, by a token of that project", async () => {
      const admin = await named("user", "admin");
      const path = `/v3/users/${admin}/application_credentials`;
      const body = { application_credential: { name: "system's" } };
      const as = await tokenOf("admin", { system: { all: true } });
      assert.equal((await cloud.call("POST", path, { as, body })).status, 403);
      assert.equal((await cloud.call("GET", path, { as })).status, 200);
      await cloud.call("PUT", `/v3/domains/default/users/${admin}/roles/${await named("role", "admin")}`);
      const ofDomain = await tokenOf("admin", { domain: { id: "default" } });
      assert.equal((await cloud.call("GET", path, { as: ofDomain })).status, 403);
    });

    test("is of its user: nobody makes one for another, or sees one but an operator", async () => {
      const it = await lent();
      const admin = `/v3/users/${await named("user", "admin")}/application_credentials`;
      const body = { application_credential: { name: "theirs" } };
      assert.equal((await cloud.call("POST", admin, { as: await demo(), body })).status, 403);
      assert.equal((await cloud.call("GET", admin, { as: await demo() })).status, 403);
      const guest = await made("user", { name: "guest", password: "secret" });
      const role = `/v3/projects/${project}/users/${guest.id}/roles/${member}`;
      assert.equal((await cloud.call("PUT", role)).status, 204);
      const other = await tokenOf("guest", onProject("demo"));
      const sly = `/v3/users/${guest.id}/application_credentials/${it.id}`;
      assert.equal((await cloud.call("GET", sly, { as: other })).status, 403);
      assert.equal((await cloud.call("DELETE", sly, { as: other })).status, 403);
      assert.equal((await cloud.call("GET", `${all}/${it.id}`, { as: "admin" })).status, 200);
    });

    test("has a name of its own", async () => {
      const { name } = await lent();
      assert.equal((await lend({ name })).status, 409);
      const found = (await cloud.call("GET", `${all}?name=${name}`, { as: await demo() })).body.application_credentials;
      assert.deepEqual(
        found.map((it: { name: string }) => it.name),
        [name],
      );
    });

    test("ends at its time, which is kept to the microsecond, and its tokens with it", async () => {
      const it = await lent({ expires_at: "2026-11-20T13:00:00.123456Z" });
      assert.equal(it.expires_at, "2026-11-20T13:00:00.123456");
      const living = await token(it);
      await cloud.later("59m");
      assert.ok(await works(living));
      await cloud.later("2m");
      assert.equal(await works(living), false);
      assert.equal((await enter({ id: it.id, secret: it.secret })).status, 401);
      assert.equal((await lend({ expires_at: "2026-11-20T13:00:00Z" })).status, 400);
      assert.equal((await lend({ expires_at: "tomorrow" })).status, 400);
    });

    test("takes its tokens along at once when it is deleted, and those made from them", async () => {
      const it = await lent();
      const first = await token(it);
      const identity = { methods: ["token"], token: { id: first } };
      const again = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } });
      assert.equal(again.body.token.application_credential.id, it.id);
      const scoped = { auth: { identity, scope: onProject("demo") } };
      assert.equal((await cloud.call("POST", "/v3/auth/tokens", { as: null, body: scoped })).status, 403);
      assert.equal((await cloud.call("DELETE", `${all}/${it.id}`, { as: await demo() })).status, 204);
      for (const one of [first, again.headers["x-subject-token"]!]) assert.equal(await works(one), false);
      assert.equal((await enter({ id: it.id, secret: it.secret })).status, 401);
    });

    test("makes no others, nor key pairs, unless it is unrestricted", async () => {
      const [shut, free] = [await token(await lent()), await token(await lent({ unrestricted: true }))];
      assert.equal((await lend({}, shut)).status, 403);
      assert.equal((await lend({}, free)).status, 201);
      const pair = { body: { tenant_id: project } };
      const pairs = `/v3/users/${user}/credentials/OS-EC2`;
      assert.equal((await cloud.call("POST", pairs, { as: shut, ...pair })).status, 403);
      assert.equal((await cloud.call("POST", pairs, { as: free, ...pair })).status, 201);
      const own = await lent();
      assert.equal((await cloud.call("DELETE", `${all}/${own.id}`, { as: shut })).status, 403);
    });

    test("dies with a role or the membership that it stands on, and when its user is disabled", async () => {
      const guest = await made("user", { name: "passing", password: "secret" });
      const grant = `/v3/projects/${project}/users/${guest.id}/roles/${member}`;
      const path = `/v3/users/${guest.id}/application_credentials`;
      const ends = [
        () => cloud.call("DELETE", grant),
        () => cloud.call("PATCH", `/v3/users/${guest.id}`, { body: { user: { enabled: false } } }),
      ];
      for (const end of ends) {
        await cloud.call("PUT", grant);
        const as = await tokenOf("passing", onProject("demo"));
        const body = { application_credential: { name: "short" } };
        const it = (await cloud.call("POST", path, { as, body })).body.application_credential;
        const living = await token(it);
        assert.ok(await works(living));
        assert.equal((await end()).status < 300, true);
        assert.equal(await works(living), false);
        await cloud.call("PUT", grant);
        assert.equal((await enter({ id: it.id, secret: it.secret })).status, 401);
      }
    });

    test("outlives roles of its user that it does not lend", async () => {
      const extra = await made("role", { name: "passing" });
      const grant = `/v3/projects/${project}/users/${user}/roles/${extra.id}`;
      await cloud.call("PUT", grant);
      const [with_, without] = [await lent(), await lent({ roles: [{ id: reader }] })];
      await cloud.call("DELETE", grant);
      assert.equal((await enter({ id: with_.id, secret: with_.secret })).status, 401);
      assert.equal((await enter({ id: without.id, secret: without.secret })).status, 201);
    });
  });

  describe("an access rule", () => {
    const rules = `/v3/users/${user}/access_rules`;
    const on = (method: string, path: string, service = "identity") => ({ service, method, path });

    test("allows what it says, and nothing else is", async () => {
      const access_rules = [
        on("GET", "/v3/users/*/application_credentials"),
        on("GET", "/v3/projects/{project_id}"),
        on("GET", "/v3/auth/**"),
      ];
      const it = await lent({ access_rules });
      assert.equal(it.access_rules.length, 3);
      const as = await token(it);
      const status = async (method: string, path: string, body?: object) =>
        (await cloud.call(method, path, { as, body })).status;
      assert.equal(await status("GET", all), 200);
      assert.equal(await status("GET", `/identity${all}`), 200);
      assert.equal(await status("GET", `${all}/${it.id}`), 401);
      assert.equal(await status("GET", `/v3/projects/${project}`), 200);
      assert.equal(await status("GET", "/v3/auth/projects?x=1"), 200);
      assert.equal(await status("POST", all, { application_credential: { name: "no" } }), 401);
      assert.equal(await status("GET", "/v3/users"), 401);
      const headers = { "x-subject-token": as };
      assert.equal((await cloud.call("GET", "/v3/auth/tokens", { as, headers })).status, 200);
    });

    test("of another service is none for this one", async () => {
      const as = await token(await lent({ access_rules: [on("GET", "/**", "compute")] }));
      assert.equal((await cloud.call("GET", all, { as })).status, 401);
    });

    test("is shared, listed, found by its words, and deleted when no credential has it", async () => {
      const as = await demo();
      const [first, second] = [
        await lent({ access_rules: [on("PUT", "/x")] }),
        await lent({ access_rules: [on("PUT", "/x")] }),
      ];
      const { id } = first.access_rules[0];
      assert.equal(second.access_rules[0].id, id);
      const third = await lent({ access_rules: [{ id }] });
      assert.equal(third.access_rules[0].path, "/x");
      const found = (await cloud.call("GET", `${rules}?method=PUT`, { as })).body.access_rules;
      assert.deepEqual(
        found.map((it: { id: string }) => it.id),
        [id],
      );
      assert.equal((await cloud.call("GET", `${rules}/${id}`, { as })).body.access_rule.service, "identity");
      assert.equal((await cloud.call("DELETE", `${rules}/${id}`, { as })).status, 403);
      for (const it of [first, second, third]) await cloud.call("DELETE", `${all}/${it.id}`, { as });
      assert.equal((await cloud.call("DELETE", `${rules}/${id}`, { as })).status, 204);
      assert.equal((await cloud.call("GET", `${rules}/${id}`, { as })).status, 404);
    });

    test("goes with every token, so there are no more than fit", async () => {
      const many = (count: number) => Array.from({ length: count }, (_, i) => on("GET", `/v3/${"x".repeat(100)}/${i}`));
      assert.equal((await lend({ access_rules: many(30) })).status, 400);
      const it = await lent({ access_rules: [...many(20), on("GET", "/v3/auth/projects")] });
      assert.ok(await works(await token(it)));
    });

    test("needs all of its words", async () => {
      assert.equal((await lend({ access_rules: [{ service: "identity", method: "GET" }] })).status, 400);
      assert.equal((await lend({ access_rules: [on("STEAL", "/x")] })).status, 400);
      assert.equal((await lend({ access_rules: [on("GET", "x")] })).status, 400);
    });
  });
});

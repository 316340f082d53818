import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject, passwords } from "../begun.testkit.ts";

const { cloud, login, tokenOf, made, named } = await begun();

const refusal = { code: 401, message: "The request you have made requires authentication.", title: "Unauthorized" };

describe("logging in", () => {
  after(() => cloud.stop());

  describe("a login", () => {
    test("by name and domain for a project answers as Keystone does", async () => {
      const { status, headers, body } = await login("demo", onProject("demo"));
      assert.equal(status, 201);
      assert.match(headers["x-subject-token"]!, /^gAAAAA[\w-]+$/);
      assert.equal(headers.vary, "X-Auth-Token");
      const { token } = body;
      assert.deepEqual(token.methods, ["password"]);
      assert.deepEqual(Object.keys(token.user).sort(), ["domain", "id", "name", "password_expires_at"]);
      assert.deepEqual(token.user.domain, { id: "default", name: "Default" });
      assert.equal(token.issued_at, "2026-11-20T12:00:00.000000Z");
      assert.equal(token.expires_at, "2026-11-21T00:00:00.000000Z");
      assert.equal(token.project.name, "demo");
      assert.equal(token.is_domain, false);
      assert.deepEqual(
        token.roles.map((role: { name: string }) => role.name),
        ["member", "reader"],
      );
      assert.equal(token.audit_ids.length, 1);
      assert.match(token.audit_ids[0], /^[\w-]{22}$/);
    });

    test("is told every address, with the project's id where it belongs", async () => {
      const { token } = (await login("demo", onProject("demo"))).body;
      const volume = token.catalog.find((it: { type: string }) => it.type === "volumev3");
      assert.deepEqual(volume.endpoints.map((it: { interface: string }) => it.interface).sort(), [
        "admin",
        "internal",
        "public",
      ]);
      assert.equal(volume.endpoints[0].url, `http://cloud.example:5000/volume/v3/${token.project.id}`);
      assert.equal(volume.endpoints[0].region, "RegionOne");
      assert.equal(volume.endpoints[0].region_id, "RegionOne");
    });

    test("is told the clouds that it may go on to", async () => {
      const provider = (enabled: boolean) => ({
        service_provider: { enabled, auth_url: "https://east/v3/auth", sp_url: "https://east/sp" },
      });
      for (const [id, enabled] of [
        ["east", true],
        ["west", false],
      ] as const)
        assert.equal(
          (await cloud.call("PUT", `/v3/OS-FEDERATION/service_providers/${id}`, { body: provider(enabled) })).status,
          201,
        );
      const { token } = (await login("demo", onProject("demo"))).body;
      const east = { auth_url: "https://east/v3/auth", id: "east", sp_url: "https://east/sp" };
      assert.deepEqual(token.service_providers, [east]);
    });

    test("can do without the catalogue", async () => {
      const user = { id: await named("user", "demo"), password: passwords.demo };
      const body = { auth: { identity: { methods: ["password"], password: { user } }, scope: onProject("demo") } };
      const answer = await cloud.call("POST", "/identity/v3/auth/tokens?nocatalog", { as: null, body });
      assert.equal(answer.status, 201);
      assert.equal("catalog" in answer.body.token, false);
    });

    test("for the system, a domain, or nothing says so", async () => {
      const { token: system } = (await login("admin", { system: { all: true } })).body;
      assert.deepEqual(system.system, { all: true });
      assert.deepEqual(system.catalog.find((it: { type: string }) => it.type === "volumev3").endpoints, []);
      const { token: nothing } = (await login("admin", "unscoped")).body;
      assert.equal("roles" in nothing || "catalog" in nothing, false);
      const [user, role] = [await named("user", "admin"), await named("role", "admin")];
      await cloud.call("PUT", `/v3/domains/default/users/${user}/roles/${role}`);
      const { token: domain } = (await login("admin", { domain: { name: "Default" } })).body;
      assert.deepEqual(domain.domain, { id: "default", name: "Default" });
    });

    test("without a scope goes to the user's own project, or nowhere", async () => {
      assert.equal("project" in (await login("demo")).body.token, false);
      const project = await named("project", "demo");
      const body = { user: { default_project_id: project } };
      await cloud.call("PATCH", `/v3/users/${await named("user", "demo")}`, { body });
      assert.equal((await login("demo")).body.token.project.id, project);
      assert.equal("project" in (await login("demo", "unscoped")).body.token, false);
    });

    test("is refused in one sentence, whatever is wrong", async () => {
      const wrong = [
        login("demo", onProject("demo"), "wrong"),
        login("nobody", onProject("demo"), "wrong"),
        login("demo", onProject("admin")),
        login("demo", onProject("nowhere")),
        login("demo", { system: { all: true } }),
        login("demo", { domain: { id: "default" } }),
        login("service", undefined, ""),
        login("demo", undefined, passwords.demo, { name: "Nowhere" }),
      ];
      for (const one of wrong) {
        const { status, body, headers } = await one;
        assert.equal(status, 401);
        assert.deepEqual(body.error, refusal);
        assert.match(headers["www-authenticate"]!, /^Keystone uri=/);
      }
    });

    test("is refused where the user, the project or a domain is disabled", async () => {
      const domain = await made("domain", { name: "sleeping" });
      const user = await made("user", { name: "sleeper", domain_id: domain.id, password: "secret" });
      const project = await made("project", { name: "sleeping", domain_id: domain.id });
      const role = await named("role", "member");
      await cloud.call("PUT", `/v3/projects/${project.id}/users/${user.id}/roles/${role}`);
      const status = async () =>
        (await login("sleeper", { project: { id: project.id } }, "secret", { name: "sleeping" })).status;
      assert.equal(await status(), 201);
      for (const [kind, id] of [
        ["user", user.id],
        ["project", project.id],
        ["domain", domain.id],
      ] as const) {
        await cloud.call("PATCH", `/v3/${kind}s/${id}`, { body: { [kind]: { enabled: false } } });
        assert.equal(await status(), 401, kind);
        await cloud.call("PATCH", `/v3/${kind}s/${id}`, { body: { [kind]: { enabled: true } } });
        assert.equal(await status(), 201, kind);
      }
    });

    test("that cannot be understood is refused with what is missing", async () => {
      const post = (identity: object) =>
        cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth: { identity } } });
      assert.equal((await post({ methods: ["password"] })).status, 400);
      assert.match(
        (await post({ methods: ["password"] })).body.error.message,
        /^Expecting to find password in identity\./,
      );
      assert.equal(
        (await post({ methods: ["password"], password: { user: { name: "x", password: "x" } } })).status,
        400,
      );
      assert.equal((await post({})).status, 400);
      const other = await post({ methods: ["palm"], palm: {} });
      assert.equal(other.status, 401);
      assert.equal(other.body.error.message, "Attempted to authenticate with an unsupported method.");
      assert.equal((await cloud.call("POST", "/v3/auth/tokens", { as: null })).status, 400);
    });

    test("by a token makes another one of the same chain, for another scope, and of no longer life", async () => {
      const first = await login("demo", "unscoped");
      await cloud.later("1h");
      const identity = { methods: ["token"], token: { id: first.headers["x-subject-token"] } };
      const body = { auth: { identity, scope: onProject("demo") } };
      const { status, body: second } = await cloud.call("POST", "/v3/auth/tokens", { as: null, body });
      assert.equal(status, 201);
      assert.deepEqual(second.token.methods, ["token", "password"]);
      assert.equal(second.token.expires_at, first.body.token.expires_at);
      assert.equal(second.token.audit_ids[1], first.body.token.audit_ids[0]);
      assert.equal(second.token.project.name, "demo");
    });

    test("by a token that is not valid is refused", async () => {
      const token = await tokenOf("demo", "unscoped");
      await cloud.call("DELETE", "/v3/auth/tokens", { as: token, headers: { "x-subject-token": token } });
      for (const id of [token, "nonsense"]) {
        const body = { auth: { identity: { methods: ["token"], token: { id } } } };
        const { status, body: answer } = await cloud.call("POST", "/v3/auth/tokens", { as: null, body });
        assert.equal(status, 404);
        assert.equal(answer.error.message, "Failed to validate token");
      }
    });
  });
});

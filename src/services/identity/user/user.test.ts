import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, tokenOf, made, named } = await begun();

describe("users", () => {
  after(() => cloud.stop());

  describe("a user", () => {
    test("keeps what is said of it, and never says its password", async () => {
      const said = { name: "ann", password: "secret", email: "ann@example.org", real_name: "Ann", enabled: false };
      const made = await cloud.call("POST", "/v3/users", { body: { user: said } });
      assert.equal(made.status, 201);
      const { id } = made.body.user;
      assert.match(id, /^[0-9a-f]{32}$/);
      const { user } = (await cloud.call("GET", `/v3/users/${id}`)).body;
      assert.deepEqual(user, {
        id,
        name: "ann",
        domain_id: "default",
        enabled: false,
        email: "ann@example.org",
        real_name: "Ann",
        options: {},
        password_expires_at: null,
        links: { self: `http://localhost:80/v3/users/${id}` },
      });
    });

    test("is found by name, domain and state", async () => {
      await made("user", { name: "Carl" });
      await made("user", { name: "Carla", enabled: false });
      const names = async (query: string) =>
        (await cloud.call("GET", `/v3/users?${query}`)).body.users.map((it: { name: string }) => it.name);
      assert.deepEqual(await names("name=Carl"), ["Carl"]);
      assert.deepEqual(await names("name__contains=arl"), ["Carl", "Carla"]);
      assert.deepEqual(await names("name__icontains=CARL&enabled=false"), ["Carla"]);
      assert.deepEqual(await names("name__startswith=Carl&enabled=true"), ["Carl"]);
      assert.deepEqual(await names("domain_id=nowhere"), []);
      const { links } = (await cloud.call("GET", "/identity/v3/users?name=Carl")).body;
      assert.deepEqual(links, { next: null, self: "http://localhost:80/identity/v3/users?name=Carl", previous: null });
    });

    test("is listed in pages, when a limit is asked for", async () => {
      for (const name of ["p1", "p2", "p3", "p4", "p5"]) await made("user", { name, email: "page" });
      const seen: string[] = [];
      let path: string | null = "/v3/users?name__startswith=p&limit=2";
      for (let pages = 0; path && pages < 9; pages += 1) {
        const { body } = await cloud.call("GET", path);
        assert.ok(body.users.length <= 2);
        seen.push(...body.users.map((it: { name: string }) => it.name));
        path = body.links.next && (body.links.next as string).replace("http://localhost:80", "");
      }
      assert.deepEqual(seen.sort(), ["p1", "p2", "p3", "p4", "p5"]);
      assert.equal((await cloud.call("GET", "/v3/users?name__constructor=x&limit=many")).status, 200);
    });

    test("has a name of its own within its domain", async () => {
      await made("user", { name: "twin" });
      const again = await cloud.call("POST", "/v3/users", { body: { user: { name: "twin" } } });
      assert.equal(again.status, 409);
      assert.equal(
        again.body.error.message,
        "Conflict occurred attempting to store user - Duplicate entry found with name twin at domain ID default.",
      );
      const race = ["a", "b", "c", "d"].map(() =>
        cloud.call("POST", "/v3/users", { body: { user: { name: "raced" } } }),
      );
      assert.deepEqual((await Promise.all(race)).map((it) => it.status).sort(), [201, 409, 409, 409]);
      const domain = await made("domain", { name: "elsewhere" });
      await made("user", { name: "twin", domain_id: domain.id });
      assert.equal(
        (await cloud.call("POST", "/v3/users", { body: { user: { name: "x", domain_id: "no" } } })).status,
        404,
      );
    });

    test("changes in what a change says, and in nothing else", async () => {
      const { id } = await made("user", { name: "dan", email: "a@b", description: "first" });
      const change = (user: object) => cloud.call("PATCH", `/v3/users/${id}`, { body: { user } });
      const { user } = (await change({ name: "daniel", email: "c@d" })).body;
      assert.deepEqual([user.name, user.email, user.description], ["daniel", "c@d", "first"]);
      assert.equal((await change({ domain_id: "other" })).status, 400);
      assert.equal((await change({ name: "" })).status, 400);
      assert.equal((await change({ name: "admin" })).status, 409);
    });

    test("may see itself and change its own password, and little more", async () => {
      const [me, admin] = [await named("user", "demo"), await named("user", "admin")];
      const as = await tokenOf("demo", onProject("demo"));
      assert.equal((await cloud.call("GET", `/v3/users/${me}`, { as })).status, 200);
      assert.equal((await cloud.call("GET", `/v3/users/${me}/projects`, { as })).body.projects[0].name, "demo");
      assert.equal((await cloud.call("GET", `/v3/users/${me}/groups`, { as })).status, 200);
      assert.equal((await cloud.call("GET", `/v3/users/${admin}`, { as })).status, 403);
      const list = await cloud.call("GET", "/v3/users", { as });
      assert.equal(list.status, 403);
      assert.equal(
        list.body.error.message,
        "You are not authorized to perform the requested action: identity:list_users.",
      );
      const wrong = { user: { original_password: "wrong", password: "x" } };
      assert.equal((await cloud.call("POST", `/v3/users/${me}/password`, { as, body: wrong })).status, 401);
    });

    test("is gone once deleted, with its grants", async () => {
      const { id } = await made("user", { name: "gone" });
      const [project, role] = [await named("project", "demo"), await named("role", "reader")];
      await cloud.call("PUT", `/v3/projects/${project}/users/${id}/roles/${role}`);
      assert.equal((await cloud.call("DELETE", `/v3/users/${id}`)).status, 204);
      const { status, body } = await cloud.call("GET", `/v3/users/${id}`);
      assert.deepEqual([status, body.error.message], [404, `Could not find user: ${id}.`]);
      assert.deepEqual((await cloud.call("GET", `/v3/role_assignments?user.id=${id}`)).body.role_assignments, []);
    });

    test("has its password in the database only as a hash", async () => {
      await made("user", { name: "sec", password: "very secret words" });
      const { rows } = await cloud.database.pool.query("select * from identity_users");
      assert.equal(JSON.stringify(rows).includes("very secret words"), false);
      const keys = await cloud.database.pool.query<{ sealed: string }>("select sealed from identity_keys");
      assert.match(keys.rows[0]!.sealed, /^v1\./);
    });
  });

  describe("a domain's own people", () => {
    test("see and manage their domain, and no other", async () => {
      const domain = await made("domain", { name: "own" });
      const boss = await made("user", { name: "boss", domain_id: domain.id, password: "secret" });
      const role = await named("role", "manager");
      await cloud.call("PUT", `/v3/domains/${domain.id}/users/${boss.id}/roles/${role}`);
      const as = await tokenOf("boss", { domain: { id: domain.id } }, "secret", { id: domain.id });
      const { users } = (await cloud.call("GET", "/v3/users", { as })).body;
      assert.deepEqual(
        users.map((it: { name: string }) => it.name),
        ["boss"],
      );
      const others = await cloud.call("GET", "/v3/users?domain_id=default", { as });
      assert.deepEqual(others.body.users, []);
      const admin = await named("user", "admin");
      const status = async (path: string) => (await cloud.call("GET", path, { as })).status;
      assert.equal(await status(`/v3/users/${admin}`), 403);
      assert.equal(await status("/v3/users/nobody"), 403, "who is not there cannot be told from who is not one's own");
      const user = (domain_id: string) =>
        cloud.call("POST", "/v3/users", { as, body: { user: { name: "new", domain_id } } });
      assert.equal((await user(domain.id)).status, 201);
      assert.equal((await user("default")).status, 403);
    });
  });
});

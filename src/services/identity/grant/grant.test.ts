import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, login, made, named } = await begun();

const [reader, member] = [await named("role", "reader"), await named("role", "member")];
const status = async (method: string, path: string) => (await cloud.call(method, path)).status;

describe("grants", () => {
  after(() => cloud.stop());

  describe("a grant", () => {
    test("is given, seen, listed and taken, on projects, domains and the system, to users and groups", async () => {
      const user = await made("user", { name: "u" });
      const group = await made("group", { name: "g" });
      const project = await named("project", "demo");
      const places = [`projects/${project}`, "domains/default", "system", `OS-INHERIT/domains/default`];
      for (const place of places)
        for (const holder of [`users/${user.id}`, `groups/${group.id}`]) {
          const tail = place.startsWith("OS-INHERIT") ? "/inherited_to_projects" : "";
          const all = `/v3/${place}/${holder}/roles`;
          const one = `${all}/${reader}${tail}`;
          assert.equal(await status("HEAD", one), 404, one);
          assert.equal(await status("PUT", one), 204, one);
          assert.equal(await status("PUT", one), 204, one);
          assert.equal(await status("HEAD", one), 204, one);
          assert.equal(await status("GET", one), 204, one);
          const { roles } = (await cloud.call("GET", all + tail)).body;
          assert.deepEqual(
            roles.map((it: { id: string }) => it.id),
            [reader],
            one,
          );
          assert.equal(await status("DELETE", one), 204, one);
          assert.equal(await status("DELETE", one), 404, one);
        }
    });

    test("of what is not there is not found", async () => {
      const [user, project] = [await named("user", "demo"), await named("project", "demo")];
      assert.equal(await status("PUT", `/v3/projects/${project}/users/${user}/roles/no`), 404);
      assert.equal(await status("PUT", `/v3/projects/${project}/users/no/roles/${reader}`), 404);
      assert.equal(await status("PUT", `/v3/projects/no/users/${user}/roles/${reader}`), 404);
      assert.equal(await status("PUT", `/v3/domains/${project}/users/${user}/roles/${reader}`), 404);
    });

    test("that is inherited holds below its place, and not on it", async () => {
      const domain = await made("domain", { name: "heirs" });
      const top = await made("project", { name: "top", domain_id: domain.id });
      const low = await made("project", { name: "low", parent_id: top.id });
      const user = await made("user", { name: "heir", password: "secret" });
      await cloud.call(
        "PUT",
        `/v3/OS-INHERIT/projects/${top.id}/users/${user.id}/roles/${member}/inherited_to_projects`,
      );
      assert.equal((await login("heir", { project: { id: low.id } })).status, 201);
      assert.equal((await login("heir", { project: { id: top.id } })).status, 401);
      const { projects } = (await cloud.call("GET", `/v3/users/${user.id}/projects`)).body;
      assert.deepEqual(
        projects.map((it: { name: string }) => it.name),
        ["low"],
      );
      const query = `user.id=${user.id}&effective`;
      const found = (await cloud.call("GET", `/v3/role_assignments?${query}`)).body.role_assignments;
      assert.deepEqual(new Set(found.map((it: { scope: object }) => JSON.stringify(it.scope))).size, 1);
      assert.match(found[0].links.assignment, /\/OS-INHERIT\/projects\/.*\/inherited_to_projects$/);
    });
  });

  describe("role assignments", () => {
    test("are listed as given, and with names when asked", async () => {
      const [user, project] = [await named("user", "demo"), await named("project", "demo")];
      const of = async (query: string) =>
        (await cloud.call("GET", `/v3/role_assignments?${query}`)).body.role_assignments;
      assert.deepEqual(await of(`user.id=${user}`), [
        {
          role: { id: member },
          user: { id: user },
          scope: { project: { id: project } },
          links: { assignment: `http://localhost:80/v3/projects/${project}/users/${user}/roles/${member}` },
        },
      ]);
      const [one] = await of(`scope.project.id=${project}&include_names=true`);
      assert.equal(one.role.name, "member");
      assert.deepEqual(one.user.domain, { id: "default", name: "Default" });
      assert.equal(one.scope.project.name, "demo");
      const system = await of("scope.system=all");
      assert.deepEqual(system[0].scope, { system: { all: true } });
    });

    test("in effect bring implied roles and the members of groups", async () => {
      const user = await made("user", { name: "worker", password: "secret" });
      const group = await made("group", { name: "workers" });
      const project = await named("project", "demo");
      await cloud.call("PUT", `/v3/projects/${project}/groups/${group.id}/roles/${member}`);
      await cloud.call("PUT", `/v3/groups/${group.id}/users/${user.id}`);
      const path = `/v3/role_assignments?user.id=${user.id}&effective&include_names`;
      const found = (await cloud.call("GET", path)).body.role_assignments;
      assert.deepEqual(found.map((it: { role: { name: string } }) => it.role.name).sort(), ["member", "reader"]);
      assert.match(found[0].links.membership, new RegExp(`/groups/${group.id}/users/${user.id}$`));
      const { roles } = (await login("worker", onProject("demo"))).body.token;
      assert.deepEqual(
        roles.map((it: { name: string }) => it.name),
        ["member", "reader"],
      );
    });
  });

  describe("a role", () => {
    test("that the cloud stands on can be neither changed nor deleted", async () => {
      const gone = await cloud.call("DELETE", `/v3/roles/${member}`);
      assert.equal(gone.status, 403);
      assert.match(gone.body.error.message, /^Unable to delete immutable role resource: /);
      const body = { role: { name: "other" } };
      assert.equal((await cloud.call("PATCH", `/v3/roles/${member}`, { body })).status, 403);
    });

    test("of a domain is given in that domain only, and never shows in a token", async () => {
      const domain = await made("domain", { name: "own roles" });
      const role = await made("role", { name: "local", domain_id: domain.id });
      const [project, user] = [
        await made("project", { name: "in", domain_id: domain.id }),
        await made("user", { name: "l", password: "secret" }),
      ];
      const put = (id: string) => status("PUT", `/v3/projects/${id}/users/${user.id}/roles/${role.id}`);
      assert.equal(await put(project.id), 204);
      assert.equal(await put(await named("project", "demo")), 403);
      assert.equal((await login("l", { project: { id: project.id } })).status, 401);
      assert.equal(await status("PUT", `/v3/roles/${role.id}/implies/${reader}`), 201);
      assert.equal(await status("PUT", `/v3/roles/${reader}/implies/${role.id}`), 403);
      const { roles } = (await login("l", { project: { id: project.id } })).body.token;
      assert.deepEqual(
        roles.map((it: { name: string }) => it.name),
        ["reader"],
      );
      const all = async (query: string) => (await cloud.call("GET", `/v3/roles${query}`)).body.roles.length;
      assert.deepEqual([await all(`?domain_id=${domain.id}`), await all("")], [1, 5]);
    });

    test("brings along what it implies, from the next token on", async () => {
      const role = await made("role", { name: "boss" });
      const user = await made("user", { name: "imp", password: "secret" });
      const project = await named("project", "demo");
      await cloud.call("PUT", `/v3/projects/${project}/users/${user.id}/roles/${role.id}`);
      const roles = async () =>
        (await login("imp", onProject("demo"))).body.token.roles.map((it: { name: string }) => it.name);
      assert.deepEqual(await roles(), ["boss"]);
      const implied = await cloud.call("PUT", `/v3/roles/${role.id}/implies/${member}`);
      assert.equal(implied.status, 201);
      assert.equal(implied.body.role_inference.implies.name, "member");
      assert.deepEqual(await roles(), ["boss", "member", "reader"]);
      const { body } = await cloud.call("GET", `/v3/roles/${role.id}/implies`);
      assert.deepEqual(
        body.role_inference.implies.map((it: { id: string }) => it.id),
        [member],
      );
      assert.equal(await status("DELETE", `/v3/roles/${role.id}/implies/${member}`), 204);
      assert.equal(await status("DELETE", `/v3/roles/${role.id}/implies/${member}`), 404);
      assert.deepEqual(await roles(), ["boss"]);
      const admin = await named("role", "admin");
      assert.equal(await status("PUT", `/v3/roles/${role.id}/implies/${admin}`), 403);
    });
  });
});

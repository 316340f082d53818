import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, tokenOf, made, named } = await begun();

describe("projects and domains", () => {
  after(() => cloud.stop());

  describe("a project", () => {
    test("is made in the asker's domain and says what was said", async () => {
      const { status, body } = await cloud.call("POST", "/v3/projects", {
        body: { project: { name: "p", description: "d", tags: ["blue"], colour: "red" } },
      });
      assert.equal(status, 201);
      const { id } = body.project;
      assert.deepEqual(body.project, {
        id,
        name: "p",
        description: "d",
        domain_id: "default",
        enabled: true,
        is_domain: false,
        parent_id: "default",
        tags: ["blue"],
        options: {},
        colour: "red",
        links: { self: `http://localhost:80/v3/projects/${id}` },
      });
    });

    test("has a name of its own within its domain", async () => {
      const { id } = await made("project", { name: "twin" });
      const again = await cloud.call("POST", "/v3/projects", { body: { project: { name: "twin" } } });
      assert.equal(again.status, 409);
      assert.match(again.body.error.message, new RegExp(`name is twin, project id ${id}\\.$`));
    });

    test("lies in others, and is deleted with them only when asked to", async () => {
      const top = await made("project", { name: "top" });
      const mid = await made("project", { name: "mid", parent_id: top.id });
      const low = await made("project", { name: "low", parent_id: mid.id });
      const show = async (id: string, query: string) =>
        (await cloud.call("GET", `/v3/projects/${id}?${query}`)).body.project;
      assert.deepEqual((await show(low.id, "parents_as_ids")).parents, { [mid.id]: { [top.id]: { default: null } } });
      assert.deepEqual((await show(top.id, "subtree_as_ids")).subtree, { [mid.id]: { [low.id]: null } });
      const both = await cloud.call("GET", `/v3/projects/${top.id}?subtree_as_list&subtree_as_ids`);
      assert.equal(both.status, 400);
      const remove = async (query = "") => (await cloud.call("DELETE", `/v3/projects/${top.id}${query}`)).status;
      assert.equal(await remove(), 403, "it is no leaf");
      assert.equal(await remove("?cascade"), 403, "what lies in it is enabled");
      const off = { project: { enabled: false } };
      assert.equal((await cloud.call("PATCH", `/v3/projects/${top.id}`, { body: off })).status, 403);
      assert.equal((await cloud.call("PATCH", `/v3/projects/${top.id}?cascade`, { body: off })).status, 200);
      assert.equal((await show(low.id, "")).enabled, false);
      const on = await cloud.call("PATCH", `/v3/projects/${low.id}`, { body: { project: { enabled: true } } });
      assert.equal(on.status, 403, "what it lies in is disabled");
      const inside = await cloud.call("POST", "/v3/projects", { body: { project: { name: "y", parent_id: low.id } } });
      assert.equal(inside.status, 400);
      assert.equal(await remove("?cascade"), 204);
      assert.equal((await cloud.call("GET", `/v3/projects/${low.id}`)).status, 404);
      const orphan = await cloud.call("POST", "/v3/projects", { body: { project: { name: "x", parent_id: top.id } } });
      assert.deepEqual([orphan.status, orphan.body.error.message], [400, `Could not find project: ${top.id}.`]);
    });

    test("lies in at most five, its own depth among them", async () => {
      let parent_id = "default";
      for (const name of ["one", "two", "three", "four", "five"])
        parent_id = (await made("project", { name, parent_id })).id;
      const deep = await cloud.call("POST", "/v3/projects", { body: { project: { name: "six", parent_id } } });
      assert.deepEqual(
        [deep.status, deep.body.error.message],
        [403, `Max hierarchy depth reached for ${parent_id} branch.`],
      );
    });

    test("shows those above and below it, with their limits, where the asker has a role", async () => {
      const outer = await made("project", { name: "outer" });
      const inner = await made("project", { name: "inner", parent_id: outer.id });
      const hidden = await made("project", { name: "hidden", parent_id: outer.id });
      const [user, role] = [await named("user", "admin"), await named("role", "admin")];
      for (const { id } of [outer, inner]) await cloud.call("PUT", `/v3/projects/${id}/users/${user}/roles/${role}`);
      const as = await tokenOf("admin", onProject("admin"));
      const show = async (id: string, query: string) =>
        (await cloud.call("GET", `/v3/projects/${id}?${query}`, { as })).body.project;
      const { subtree } = await show(outer.id, "subtree_as_list&include_limits");
      assert.deepEqual(
        subtree.map((it: { project: { name: string; limits: unknown } }) => [it.project.name, it.project.limits]),
        [["inner", []]],
      );
      const { parents } = await show(inner.id, "parents_as_list");
      assert.deepEqual(
        parents.map((it: { project: { id: string } }) => it.project.id),
        [outer.id],
      );
      assert.deepEqual((await show(hidden.id, "parents_as_list")).parents.length, 1);
    });

    test("that is immutable is first made mutable, and nothing else with it", async () => {
      const { id } = await made("project", { name: "stone", options: { immutable: true } });
      const patch = (project: object) => cloud.call("PATCH", `/v3/projects/${id}`, { body: { project } });
      assert.equal((await patch({ description: "new" })).status, 403);
      assert.equal((await patch({ description: "new", options: { immutable: false } })).status, 403);
      assert.equal((await cloud.call("PUT", `/v3/projects/${id}/tags/one`)).status, 403);
      assert.equal((await cloud.call("DELETE", `/v3/projects/${id}`)).status, 403);
      assert.equal((await patch({ options: { colour: "red" } })).status, 400);
      const freed = await patch({ options: { immutable: null } });
      assert.deepEqual(freed.body.project.options, {});
      assert.equal((await patch({ description: "new" })).status, 200);
      assert.equal((await patch({})).status, 400);
      assert.equal((await patch({ id: "other" })).status, 400);
    });

    test("is shown to its own and hidden from others", async () => {
      const [demo, admin] = [await named("project", "demo"), await named("project", "admin")];
      const as = await tokenOf("demo", onProject("demo"));
      assert.equal((await cloud.call("GET", `/v3/projects/${demo}`, { as })).status, 200);
      assert.equal((await cloud.call("GET", `/v3/projects/${admin}`, { as })).status, 403);
      assert.equal((await cloud.call("GET", "/v3/projects", { as })).status, 403);
      assert.equal((await cloud.call("POST", "/v3/projects", { as, body: { project: { name: "mine" } } })).status, 403);
    });

    test("has tags, which lists can ask for", async () => {
      const { id } = await made("project", { name: "tagged", tags: ["one", "two"] });
      const tags = async () => (await cloud.call("GET", `/v3/projects/${id}/tags`)).body.tags;
      assert.equal((await cloud.call("PUT", `/v3/projects/${id}/tags/three`)).status, 201);
      assert.equal((await cloud.call("GET", `/v3/projects/${id}/tags/three`)).status, 204);
      assert.equal((await cloud.call("DELETE", `/v3/projects/${id}/tags/one`)).status, 204);
      assert.equal((await cloud.call("GET", `/v3/projects/${id}/tags/one`)).status, 404);
      assert.deepEqual(await tags(), ["two", "three"]);
      const found = async (query: string) =>
        (await cloud.call("GET", `/v3/projects?${query}`)).body.projects.map((it: { name: string }) => it.name);
      assert.deepEqual(await found("tags=two,three"), ["tagged"]);
      assert.deepEqual(await found("tags=two,one"), []);
      assert.deepEqual(await found("tags-any=one,two"), ["tagged"]);
      assert.equal((await found("not-tags=two")).includes("tagged"), false);
      await cloud.call("PUT", `/v3/projects/${id}/tags`, { body: { tags: ["new"] } });
      assert.deepEqual(await tags(), ["new"]);
      assert.equal((await cloud.call("DELETE", `/v3/projects/${id}/tags`)).status, 204);
      assert.deepEqual(await tags(), []);
    });

    test("keeps its domain and parent", async () => {
      const { id } = await made("project", { name: "fixed" });
      const change = (project: object) => cloud.call("PATCH", `/v3/projects/${id}`, { body: { project } });
      assert.equal((await change({ domain_id: "other" })).status, 400);
      assert.equal((await change({ parent_id: "other" })).status, 403);
      assert.equal((await change({ description: "new" })).body.project.description, "new");
    });
  });

  describe("a domain", () => {
    test("has the id that it is asked to have, for clouds that share users", async () => {
      const explicit_domain_id = "123456789abcdef0123456789abcdef0";
      const it = await made("domain", { name: "shared", explicit_domain_id });
      assert.equal(it.id, explicit_domain_id);
      assert.equal(it.explicit_domain_id, undefined);
      const body = { domain: { name: "other", explicit_domain_id } };
      assert.equal((await cloud.call("POST", "/v3/domains", { body })).status, 409);
      const odd = { domain: { name: "odd", explicit_domain_id: "mine" } };
      assert.equal((await cloud.call("POST", "/v3/domains", { body: odd })).status, 400);
    });

    test("is deleted when it is disabled, with all that is in it", async () => {
      const domain = await made("domain", { name: "d" });
      const user = await made("user", { name: "u", domain_id: domain.id });
      const project = await made("project", { name: "p", domain_id: domain.id });
      const early = await cloud.call("DELETE", `/v3/domains/${domain.id}`);
      assert.equal(early.status, 403);
      assert.match(early.body.error.message, /Cannot delete a domain that is enabled, please disable it first\.$/);
      await cloud.call("PATCH", `/v3/domains/${domain.id}`, { body: { domain: { enabled: false } } });
      assert.equal((await cloud.call("DELETE", `/v3/domains/${domain.id}`)).status, 204);
      for (const path of [`users/${user.id}`, `projects/${project.id}`, `domains/${domain.id}`])
        assert.equal((await cloud.call("GET", `/v3/${path}`)).status, 404, path);
    });

    test("is a project too, that lists show only when asked", async () => {
      const domain = await made("domain", { name: "both" });
      const { project } = (await cloud.call("GET", `/v3/projects/${domain.id}`)).body;
      assert.deepEqual([project.is_domain, project.domain_id, project.parent_id], [true, null, null]);
      const names = async (query: string) =>
        (await cloud.call("GET", `/v3/projects${query}`)).body.projects.map((it: { name: string }) => it.name);
      assert.equal((await names("")).includes("both"), false);
      assert.equal((await names("?is_domain=true")).includes("both"), true);
    });
  });
});

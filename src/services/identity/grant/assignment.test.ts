import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun } from "../begun.testkit.ts";

const { cloud, made, named, tokenOf } = await begun();

type Row = {
  role: { id: string; name?: string };
  user?: { id: string; name?: string; domain?: object };
  group?: { id: string };
  scope: { project?: { id: string }; domain?: { id: string }; "OS-INHERIT:inherited_to"?: string };
  links: Record<string, string>;
};

const listed = async (query: string, as?: string): Promise<readonly Row[]> => {
  const { status, body, text } = await cloud.call("GET", `/v3/role_assignments?${query}`, as ? { as } : {});
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body.role_assignments;
};

describe("role assignments", () => {
  after(() => cloud.stop());

  test("say what grants amount to: by membership, from above, and by what a role implies", async () => {
    const { id: user } = await made("user", { name: "ann" });
    const { id: group } = await made("group", { name: "team" });
    const { id: above } = await made("project", { name: "above" });
    const { id: below } = await made("project", { name: "below", parent_id: above });
    const { id: prior } = await made("role", { name: "lead" });
    const { id: other } = await made("role", { name: "writer" });
    await cloud.call("PUT", `/v3/roles/${prior}/implies/${other}`);
    await cloud.call("PUT", `/v3/groups/${group}/users/${user}`);
    await cloud.call("PUT", `/v3/OS-INHERIT/projects/${above}/groups/${group}/roles/${prior}/inherited_to_projects`);
    const root = "http://localhost:80/v3";
    const found = await listed(`effective&user.id=${user}`);
    const held = `${root}/OS-INHERIT/projects/${above}/groups/${group}/roles/${prior}/inherited_to_projects`;
    const shared = { user: { id: user }, scope: { project: { id: below }, "OS-INHERIT:inherited_to": "projects" } };
    const membership = `${root}/groups/${group}/users/${user}`;
    assert.deepEqual(
      new Set(found),
      new Set([
        { role: { id: prior }, ...shared, links: { assignment: held, membership } },
        {
          role: { id: other },
          ...shared,
          links: { assignment: held, membership, prior_role: `${root}/prior_role/${prior}/implies/${other}` },
        },
      ]),
    );
    assert.equal((await listed(`effective&role.id=${other}&scope.project.id=${below}`)).length, 1);
    assert.deepEqual(await listed(`effective&scope.project.id=${above}&role.id=${prior}`), []);
    assert.equal((await listed(`include_subtree&effective&scope.project.id=${above}&role.id=${prior}`)).length, 1);
    const [named] = await listed(`include_names&effective&role.id=${other}&user.id=${user}`);
    assert.equal(named!.role.name, "writer");
    assert.deepEqual(named!.user, { id: user, name: "ann", domain: { id: "default", name: "Default" } });
  });

  test("of a role that belongs to a domain amount to what it implies, and to nothing else", async () => {
    const { id: role } = await made("role", { name: "own", domain_id: "default" });
    const reader = await named("role", "reader");
    const { id: user } = await made("user", { name: "bob" });
    const project = await named("project", "demo");
    await cloud.call("PUT", `/v3/roles/${role}/implies/${reader}`);
    await cloud.call("PUT", `/v3/projects/${project}/users/${user}/roles/${role}`);
    assert.deepEqual(
      (await listed(`user.id=${user}`)).map((it) => it.role.id),
      [role],
    );
    assert.deepEqual(
      (await listed(`effective&user.id=${user}`)).map((it) => it.role.id),
      [reader],
    );
  });

  test("are refused where the question can have no answer", async () => {
    const status = async (query: string) => (await cloud.call("GET", `/v3/role_assignments?${query}`)).status;
    assert.equal(await status("user.id=a&group.id=b"), 400);
    assert.equal(await status("scope.domain.id=a&scope.project.id=b"), 400);
    assert.equal(await status("scope.system=all&scope.project.id=b"), 400);
    assert.equal(await status("effective&group.id=a"), 400);
    assert.equal(await status("include_subtree"), 400);
  });

  test("of other domains are not shown to a domain's reader", async () => {
    const { id: domain } = await made("domain", { name: "walled" });
    const { id: user } = await made("user", { name: "eve", domain_id: domain, password: "secret" });
    const reader = await named("role", "reader");
    await cloud.call("PUT", `/v3/domains/${domain}/users/${user}/roles/${reader}`);
    const as = await tokenOf("eve", { domain: { id: domain } }, "secret", { id: domain });
    const found = await listed("", as);
    assert.deepEqual(
      found.map((it) => it.scope),
      [{ domain: { id: domain } }],
    );
    const project = await named("project", "admin");
    const tree = await cloud.call("GET", `/v3/role_assignments?include_subtree&scope.project.id=${project}`, { as });
    assert.equal(tree.status, 403);
  });
});

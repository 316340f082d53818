import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, login, tokenOf, made, named } = await begun();
type Entry = { type: string; endpoints: { interface: string; url: string }[] };

/** The public addresses of a kind that the admin's token on a project shows. */
const seen = async (project: string, type: string): Promise<readonly string[]> => {
  const { catalog } = (await login("admin", onProject(project))).body.token as { catalog: Entry[] };
  const all = catalog.filter((it) => it.type === type).flatMap((it) => it.endpoints);
  return all.filter((it) => it.interface === "public").map((it) => it.url);
};
const kinds = async (project: string) =>
  (await login("admin", onProject(project))).body.token.catalog.map((it: Entry) => it.type);
const status = async (method: string, path: string) => (await cloud.call(method, `/v3${path}`)).status;

async function projectOf(name: string, more: object = {}): Promise<string> {
  const { id } = await made("project", { name, ...more });
  const [user, role] = [await named("user", "admin"), await named("role", "admin")];
  await cloud.call("PUT", `/v3/projects/${id}/users/${user}/roles/${role}`);
  return id;
}
const publicOf = async (service: string) =>
  (await cloud.call("GET", `/v3/endpoints?service_id=${await named("service", service)}&interface=public`)).body
    .endpoints[0].id;

describe("a project's catalogue", () => {
  after(() => cloud.stop());

  test("has the project's own endpoint instead of the cloud's, and everything else as it is", async () => {
    const id = await projectOf("special");
    const before = await kinds("special");
    const service_id = await named("service", "nova");
    const own = { service_id, interface: "public", region_id: "RegionOne", url: "http://own/%(project_id)s" };
    const endpoint = await made("endpoint", { ...own, project_id: id });
    assert.equal(endpoint.project_id, id);
    assert.deepEqual(await seen("special", "compute"), [`http://own/${id}`]);
    assert.deepEqual(await seen("special", "image"), ["http://cloud.example:5000/image"]);
    assert.deepEqual(await seen("admin", "compute"), ["http://cloud.example:5000/compute/v2.1"]);
    assert.deepEqual(await kinds("special"), before);
    const as = await tokenOf("admin", onProject("special"));
    const { catalog } = (await cloud.call("GET", "/v3/auth/catalog", { as })).body;
    assert.deepEqual(catalog, (await login("admin", onProject("special"))).body.token.catalog);
    await projectOf("below", { parent_id: id });
    assert.equal((await seen("below", "compute"))[0]?.startsWith("http://own/"), true, "what is above holds below");
    await cloud.call("DELETE", `/v3/endpoints/${endpoint.id}`);
    assert.deepEqual(await seen("special", "compute"), ["http://cloud.example:5000/compute/v2.1"]);
  });

  test("has its own service of a kind in place of the cloud's", async () => {
    const id = await projectOf("elsewhere");
    const { id: service_id } = await made("service", { type: "compute", name: "the-other" });
    for (const face of ["public", "internal", "admin"])
      await made("endpoint", {
        service_id,
        interface: face,
        region_id: "RegionOne",
        url: "http://two",
        project_id: id,
      });
    assert.deepEqual(await seen("elsewhere", "compute"), ["http://two"]);
    assert.equal((await kinds("elsewhere")).filter((it: string) => it === "compute").length, 1);
    assert.deepEqual(await seen("admin", "compute"), ["http://cloud.example:5000/compute/v2.1"]);
  });

  test("shows what endpoint filters let it see, and everything where there are none", async () => {
    const id = await projectOf("narrow");
    const all = (await kinds("narrow")).length;
    assert.ok(all > 3);
    const image = await publicOf("glance");
    const association = `/OS-EP-FILTER/projects/${id}/endpoints/${image}`;
    assert.equal(await status("GET", association), 404);
    assert.equal(await status("PUT", association), 204);
    assert.equal(await status("PUT", association), 409);
    assert.equal(await status("HEAD", association), 204);
    assert.deepEqual(await kinds("narrow"), ["image"]);
    const projects = (await cloud.call("GET", `/v3/OS-EP-FILTER/endpoints/${image}/projects`)).body.projects;
    assert.deepEqual(
      projects.map((it: { name: string }) => it.name),
      ["narrow"],
    );
    assert.equal(await status("DELETE", association), 204);
    assert.equal((await kinds("narrow")).length, all);
  });

  test("shows the endpoints of the groups that it was given", async () => {
    const id = await projectOf("grouped");
    const filters = { service_id: await named("service", "neutron"), interface: "public" };
    const group = (
      await cloud.call("POST", "/v3/OS-EP-FILTER/endpoint_groups", {
        body: { endpoint_group: { name: "nets", filters } },
      })
    ).body.endpoint_group;
    assert.deepEqual(group, {
      id: group.id,
      name: "nets",
      description: null,
      filters,
      links: { self: `http://localhost:80/v3/OS-EP-FILTER/endpoint_groups/${group.id}` },
    });
    const at = `/OS-EP-FILTER/endpoint_groups/${group.id}`;
    assert.equal(await status("PUT", `${at}/projects/${id}`), 204);
    assert.deepEqual(await kinds("grouped"), ["network"]);
    const { endpoints } = (await cloud.call("GET", `/v3${at}/endpoints`)).body;
    assert.deepEqual(
      endpoints.map((it: { id: string }) => it.id),
      [await publicOf("neutron")],
    );
    const listed = (await cloud.call("GET", `/v3/OS-EP-FILTER/projects/${id}/endpoints`)).body.endpoints;
    assert.deepEqual(listed, endpoints);
    const groups = (await cloud.call("GET", `/v3/OS-EP-FILTER/projects/${id}/endpoint_groups`)).body.endpoint_groups;
    assert.deepEqual(groups, [group]);
    assert.equal((await cloud.call("GET", `/v3${at}/projects`)).body.projects[0].id, id);
    const patch = (filters: object) => cloud.call("PATCH", `/v3${at}`, { body: { endpoint_group: { filters } } });
    assert.equal((await patch({ colour: "red" })).status, 400);
    assert.equal((await patch({ interface: "public" })).status, 200);
    assert.ok((await kinds("grouped")).length > 3);
    assert.equal(await status("DELETE", `${at}/projects/${id}`), 204);
    assert.equal(await status("GET", `${at}/projects/${id}`), 404);
    assert.equal(await status("DELETE", at), 204);
  });
});

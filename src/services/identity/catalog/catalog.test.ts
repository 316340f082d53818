import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { administratorToken } from "../administrator.ts";
import { beginning, begun, driver, onProject } from "../begun.testkit.ts";
import { bootstrapIdentity } from "../bootstrap.ts";

const { cloud, login, tokenOf, made, named } = await begun();

describe("the catalogue's service", () => {
  after(() => cloud.stop());

  describe("the catalogue", () => {
    test("lists services and their endpoints to who may see them", async () => {
      const service = await made("service", { type: "object-store", name: "swift", description: "Objects" });
      const url = "http://objects.example/v1/AUTH_%(tenant_id)s";
      const endpoint = await made("endpoint", { service_id: service.id, interface: "public", url, region: "Two" });
      assert.deepEqual(endpoint, {
        id: endpoint.id,
        service_id: service.id,
        interface: "public",
        url,
        enabled: true,
        region: "Two",
        region_id: "Two",
        links: { self: `http://localhost:80/v3/endpoints/${endpoint.id}` },
      });
      const { token } = (await login("demo", onProject("demo"))).body;
      const shown = token.catalog.find((it: { type: string }) => it.type === "object-store");
      assert.equal(shown.endpoints[0].url, `http://objects.example/v1/AUTH_${token.project.id}`);
      const as = await tokenOf("demo", onProject("demo"));
      const own = (await cloud.call("GET", "/v3/auth/catalog", { as })).body.catalog;
      assert.deepEqual(own, token.catalog);
      assert.equal((await cloud.call("GET", "/v3/services", { as })).status, 403);
      assert.equal((await cloud.call("GET", "/v3/regions", { as })).status, 200);
      await cloud.call("PATCH", `/v3/services/${service.id}`, { body: { service: { enabled: false } } });
      const { catalog } = (await login("demo", onProject("demo"))).body.token;
      assert.equal(
        catalog.some((it: { type: string }) => it.type === "object-store"),
        false,
      );
    });

    test("takes no endpoint of nothing, and none that cannot be filled in", async () => {
      const service = await made("service", { type: "dns" });
      const post = (endpoint: object) =>
        cloud.call("POST", "/v3/endpoints", {
          body: { endpoint: { interface: "public", url: "http://x", ...endpoint } },
        });
      assert.equal((await post({ service_id: "no" })).status, 400);
      assert.equal((await post({ service_id: service.id, region_id: "nowhere" })).status, 400);
      assert.equal((await post({ service_id: service.id, interface: "odd" })).status, 400);
      assert.equal((await post({ service_id: service.id, url: "http://x/$(password)s" })).status, 400);
      assert.equal((await cloud.call("DELETE", `/v3/services/${service.id}`)).status, 204);
      assert.equal((await cloud.call("GET", `/v3/services/${service.id}`)).status, 404);
    });

    test("lets a region be named in its address", async () => {
      const put = (id: string, region: object) => cloud.call("PUT", `/v3/regions/${id}`, { body: { region } });
      const { status, body } = await put("North", { description: "cold" });
      assert.deepEqual([status, body.region.id, body.region.description], [201, "North", "cold"]);
      assert.equal((await put("North", {})).status, 409);
      assert.equal((await put("South", { id: "East" })).status, 400);
      assert.equal((await cloud.call("PATCH", "/v3/regions/North", { body: { region: {} } })).status, 400);
    });

    test("is no business of a domain's administrator", async () => {
      const { id } = await made("domain", { name: "walled" });
      const { id: user } = await made("user", { name: "boss", domain_id: id, password: "secret" });
      await cloud.call("PUT", `/v3/domains/${id}/users/${user}/roles/${await named("role", "admin")}`);
      const as = await tokenOf("boss", { domain: { id } }, "secret", { id });
      const body = { service: { type: "dns" } };
      assert.equal((await cloud.call("POST", "/v3/services", { as, body })).status, 403);
      assert.equal((await cloud.call("GET", "/v3/endpoints", { as })).status, 403);
      assert.equal((await cloud.call("POST", "/v3/roles", { as, body: { role: { name: "r" } } })).status, 403);
      assert.equal((await cloud.call("GET", "/v3/regions", { as })).status, 200);
      const { domains } = (await cloud.call("GET", "/v3/domains", { as })).body;
      assert.deepEqual(
        domains.map((it: { id: string }) => it.id),
        [id],
      );
    });

    test("knows regions, one in another and never in a ring", async () => {
      await made("region", { id: "A" });
      await made("region", { id: "B", parent_region_id: "A" });
      const again = await cloud.call("POST", "/v3/regions", { body: { region: { id: "A" } } });
      assert.equal(again.status, 409);
      const ring = { region: { parent_region_id: "B" } };
      assert.equal((await cloud.call("PATCH", "/v3/regions/A", { body: ring })).status, 400);
      assert.equal((await cloud.call("DELETE", "/v3/regions/A")).status, 403);
      assert.equal((await cloud.call("DELETE", "/v3/regions/B")).status, 204);
      assert.equal((await cloud.call("DELETE", "/v3/regions/A")).status, 204);
    });
  });

  describe("the beginning of a cloud", () => {
    test("is the same when it is made twice", async () => {
      const count = async () => {
        const kinds = ["users", "projects", "domains", "roles", "services", "endpoints", "regions", "role_assignments"];
        return Promise.all(kinds.map(async (kind) => (await cloud.call("GET", `/v3/${kind}`)).body[kind].length));
      };
      const before = await count();
      await bootstrapIdentity(cloud.spine.write, driver, beginning);
      assert.deepEqual(await count(), before);
    });

    test("does not bring back what an operator has deleted", async () => {
      await cloud.call("DELETE", `/v3/projects/${await named("project", "demo")}`);
      const service = await named("service", "placement");
      const { endpoints } = (await cloud.call("GET", `/v3/endpoints?service_id=${service}&interface=admin`)).body;
      await cloud.call("DELETE", `/v3/endpoints/${endpoints[0].id}`);
      await bootstrapIdentity(cloud.spine.write, driver, beginning);
      assert.deepEqual((await cloud.call("GET", "/v3/projects?name=demo")).body.projects, []);
      const { endpoints: left } = (await cloud.call("GET", `/v3/endpoints?service_id=${service}`)).body;
      assert.equal(left.length, 2);
    });

    test("lets the program act as the administrator, whatever the password is by now", async () => {
      const id = await named("user", "admin");
      await cloud.call("PATCH", `/v3/users/${id}`, { body: { user: { password: "changed" } } });
      const as = await administratorToken(cloud.spine.write);
      assert.equal((await cloud.call("GET", "/v3/users", { as })).status, 200);
      await cloud.later("11m");
      assert.equal((await cloud.call("GET", "/v3/users", { as })).status, 401);
      await cloud.call("PATCH", `/v3/users/${id}`, { body: { user: { enabled: false } } });
      assert.equal(await administratorToken(cloud.spine.write), undefined);
    });

    test("follows the cloud to another address, except where an operator has chosen one", async () => {
      const image = await named("service", "glance");
      const of = async (face: string) =>
        (await cloud.call("GET", `/v3/endpoints?service_id=${image}&interface=${face}`)).body.endpoints[0];
      const { id } = await of("internal");
      await cloud.call("PATCH", `/v3/endpoints/${id}`, { body: { endpoint: { url: "http://inside/image" } } });
      await bootstrapIdentity(cloud.spine.write, driver, { ...beginning, publicUrl: "https://new.example" });
      assert.equal((await of("public")).url, "https://new.example/image");
      assert.equal((await of("internal")).url, "http://inside/image");
    });
  });

  describe("version documents", () => {
    test("say the one version at every place", async () => {
      for (const mount of ["", "/identity"]) {
        const all = await cloud.call("GET", `${mount}/`, { as: null });
        assert.equal(all.status, 300);
        const one = await cloud.call("GET", `${mount}/v3`, { as: null });
        assert.equal(one.status, 200);
        assert.deepEqual(one.body.version, all.body.versions.values[0]);
        assert.equal(one.body.version.id, "v3.14");
        assert.deepEqual(one.body.version.links, [{ rel: "self", href: `http://localhost:80${mount}/v3/` }]);
        assert.deepEqual((await cloud.call("GET", `${mount}/v3/`, { as: null })).body, one.body);
      }
    });
  });
});

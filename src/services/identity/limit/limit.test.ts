import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";

const { cloud, made, named, tokenOf } = await begun();
const call = (method: string, path: string, body?: unknown, as?: string) =>
  cloud.call(method, `/v3${path}`, { body, ...(as && { as }) });
const register = (it: object) => call("POST", "/registered_limits", { registered_limits: [it] });
const limit = (it: object) => call("POST", "/limits", { limits: [it] });
const system = () => tokenOf("admin", { system: { all: true } });
type Row = { id: string; resource_name: string };

describe("unified limits", () => {
  after(() => cloud.stop());

  describe("registered limits", () => {
    test("say from the beginning what everybody may have of what this cloud counts", async () => {
      const nova = await named("service", "nova");
      const { registered_limits: all } = (await call("GET", `/registered_limits?service_id=${nova}`)).body;
      const servers = all.find((it: Row) => it.resource_name === "servers");
      assert.deepEqual(servers, {
        id: servers.id,
        service_id: nova,
        region_id: "RegionOne",
        resource_name: "servers",
        default_limit: 10,
        description: null,
        links: { self: `http://localhost:80/v3/registered_limits/${servers.id}` },
      });
      assert.ok(all.some((it: Row) => it.resource_name === "class:VCPU"));
      const twice = await register({ service_id: nova, resource_name: "servers", default_limit: 5 });
      assert.equal(twice.status, 409, "one quota is not registered under two names");
    });

    test("of other services are kept as they come", async () => {
      const { id: service_id } = await made("service", { type: "rating" });
      const asked = { service_id, resource_name: "things", default_limit: 3, description: "so many" };
      assert.equal((await register({ ...asked, service_id: "nobody" })).status, 400);
      assert.equal((await register({ ...asked, region_id: "nowhere" })).status, 400);
      assert.equal((await register({ ...asked, colour: "red" })).status, 400);
      assert.equal((await register({ ...asked, default_limit: -2 })).status, 400);
      const { status, body } = await register(asked);
      assert.equal(status, 201);
      const [it] = body.registered_limits;
      assert.equal((await register(asked)).status, 409);
      await made("region", { id: "Far" });
      assert.equal((await register({ ...asked, region_id: "Far" })).status, 201);
      const at = `/registered_limits/${it.id}`;
      const change = await call("PATCH", at, { registered_limit: { default_limit: 4, resource_name: "stuff" } });
      assert.deepEqual(change.body.registered_limit, { ...it, default_limit: 4, resource_name: "stuff" });
      assert.deepEqual((await call("GET", at)).body, change.body);
      assert.equal((await call("DELETE", at)).status, 204);
      const gone = await call("GET", at);
      assert.equal(gone.status, 404);
      assert.equal(gone.body.error.message, `Could not find registered limit for ${it.id}.`);
    });
  });

  describe("limits", () => {
    test("are those of a project or of a domain, and need something registered", async () => {
      const { id: service_id } = await made("service", { type: "weather" });
      const project_id = await named("project", "demo");
      const asked = { service_id, resource_name: "rain", resource_limit: 5 };
      const early = await limit({ ...asked, project_id });
      assert.equal(early.status, 403);
      assert.equal(early.body.error.message, "Unable to create a limit that has no corresponding registered limit.");
      const [registered] = (await register({ service_id, resource_name: "rain", default_limit: 1 })).body
        .registered_limits;
      assert.equal((await limit(asked)).status, 400);
      assert.equal((await limit({ ...asked, project_id, domain_id: "default" })).status, 400);
      assert.equal((await limit({ ...asked, project_id: "nobody" })).status, 400);
      const kept = (await limit({ ...asked, project_id })).body.limits[0];
      assert.deepEqual(kept, {
        id: kept.id,
        project_id,
        domain_id: null,
        service_id,
        region_id: null,
        resource_name: "rain",
        resource_limit: 5,
        description: null,
        links: { self: `http://localhost:80/v3/limits/${kept.id}` },
      });
      assert.equal((await limit({ ...asked, project_id })).status, 409);
      const ofDomain = (await limit({ ...asked, project_id: "default" })).body.limits[0];
      assert.equal(ofDomain.domain_id, "default");
      assert.equal(ofDomain.project_id, null);
      for (const method of ["PATCH", "DELETE"]) {
        const refused = await call(method, `/registered_limits/${registered.id}`, {
          registered_limit: { default_limit: 2 },
        });
        assert.equal(refused.status, 403);
      }
      const changed = await call("PATCH", `/limits/${kept.id}`, { limit: { resource_limit: 0, description: "none" } });
      assert.deepEqual(changed.body.limit, { ...kept, resource_limit: 0, description: "none" });
      assert.equal((await call("PATCH", `/limits/${kept.id}`, { limit: { project_id } })).status, 400);
      const demo = await tokenOf("demo", onProject("demo"));
      const seen = (await call("GET", "/limits", undefined, demo)).body.limits;
      assert.deepEqual(seen, [changed.body.limit]);
      assert.equal((await call("GET", `/limits/${kept.id}`, undefined, demo)).status, 200);
      assert.equal((await call("GET", `/limits/${ofDomain.id}`, undefined, demo)).status, 403);
      const all = (await call("GET", "/limits?resource_name=rain", undefined, await system())).body.limits;
      assert.equal(all.length, 2);
      assert.equal((await call("DELETE", `/limits/${kept.id}`)).status, 204);
      assert.equal((await call("GET", `/limits/${kept.id}`)).status, 404);
      assert.equal((await call("GET", "/limits/model", undefined, demo)).body.model.name, "flat");
    });

    test("end with their project", async () => {
      const { id: service_id } = await made("service", { type: "snow" });
      await register({ service_id, resource_name: "flakes", default_limit: 1 });
      const { id: project_id } = await made("project", { name: "short" });
      const [it] = (await limit({ service_id, resource_name: "flakes", resource_limit: 2, project_id })).body.limits;
      await cloud.call("DELETE", `/v3/projects/${project_id}`);
      assert.equal((await call("GET", `/limits/${it.id}`)).status, 404);
    });
  });
});

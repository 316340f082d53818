import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { begun, onProject } from "../begun.testkit.ts";
import { Shown } from "./shown.ts";

const { cloud, tokenOf, named } = await begun();
/** What tokens are shown with, but for themselves. */
const tables = ["services", "endpoints", "project_endpoints", "endpoint_groups", "endpoint_group_projects"];

/** From now on no transaction is committed that changes one of them and does not say so. */
async function refuseTheSilent() {
  await cloud.database.pool.query(`
    create function refuse_the_silent() returns trigger language plpgsql as $$ begin
      if not exists (select from platform_events where name = 'catalog.changed' and xmin = pg_current_xact_id()::xid) then
        raise exception '% was changed, and nobody told', tg_table_name;
      end if;
      return null;
    end $$`);
  for (const name of [...tables, "roles", "service_providers"])
    await cloud.database.pool.query(`
      create constraint trigger told after insert or update or delete on identity_${name}
      deferrable initially deferred for each row execute function refuse_the_silent()`);
}

const ask = async (status: number, method: string, path: string, body?: object) => {
  const answer = await cloud.call(method, `/v3${path}`, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer.body;
};

describe("what a token is shown with", () => {
  after(() => cloud.stop());

  test("is told of by whoever changes it", async () => {
    await refuseTheSilent();
    await assert.rejects(cloud.database.pool.query("update identity_services set name = name"), /nobody told/);
    const { service } = await ask(201, "POST", "/services", { service: { type: "a", name: "a" } });
    await ask(200, "PATCH", `/services/${service.id}`, { service: { name: "b" } });
    const fields = { service_id: service.id, interface: "public", url: "http://a" };
    const { endpoint } = await ask(201, "POST", "/endpoints", { endpoint: fields });
    await ask(200, "PATCH", `/endpoints/${endpoint.id}`, { endpoint: { url: "http://b" } });
    const project = await named("project", "demo");
    const pair = `/OS-EP-FILTER/projects/${project}/endpoints/${endpoint.id}`;
    await ask(204, "PUT", pair);
    await ask(204, "DELETE", pair);
    const group = { name: "g", filters: { interface: "public" } };
    const { endpoint_group: made } = await ask(201, "POST", "/OS-EP-FILTER/endpoint_groups", { endpoint_group: group });
    const one = `/OS-EP-FILTER/endpoint_groups/${made.id}`;
    await ask(200, "PATCH", one, { endpoint_group: { name: "h" } });
    await ask(204, "PUT", `${one}/projects/${project}`);
    await ask(204, "DELETE", `${one}/projects/${project}`);
    await ask(204, "DELETE", one);
    const { role } = await ask(201, "POST", "/roles", { role: { name: "r" } });
    await ask(200, "PATCH", `/roles/${role.id}`, { role: { name: "s" } });
    await ask(204, "DELETE", `/roles/${role.id}`);
    const provider = "/OS-FEDERATION/service_providers/p";
    await ask(201, "PUT", provider, { service_provider: { auth_url: "http://a/auth", sp_url: "http://a/sp" } });
    await ask(200, "PATCH", provider, { service_provider: { enabled: true } });
    await ask(204, "DELETE", provider);
    const { project: own } = await ask(201, "POST", "/projects", { project: { name: "own" } });
    await ask(201, "POST", "/endpoints", { endpoint: { ...fields, project_id: own.id } });
    await ask(204, "DELETE", `/projects/${own.id}`);
    await ask(204, "DELETE", `/endpoints/${endpoint.id}`);
    await ask(204, "DELETE", `/services/${service.id}`);
  });

  test("is shown as it is at that moment, with the token itself", async () => {
    const token = await tokenOf("demo", onProject("demo"));
    const look = async (query = "") => {
      const headers = { "x-subject-token": token };
      const answer = await cloud.call("GET", `/v3/auth/tokens${query}`, { as: token, headers });
      assert.match(answer.headers["content-type"]!, /^application\/json/);
      return answer.body.token;
    };
    const types = async () => (await look()).catalog.map(({ type }: { type: string }) => type) as string[];
    const before = await types();
    assert.ok(before.includes("compute"));
    assert.equal((await look("?nocatalog")).catalog, undefined);
    assert.deepEqual(
      (await look()).roles.map(({ name }: { name: string }) => name),
      ["member", "reader"],
    );
    const { service } = await ask(201, "POST", "/services", { service: { type: "fresh", name: "fresh" } });
    assert.deepEqual((await types()).toSorted(), [...before, "fresh"].toSorted());
    await ask(204, "DELETE", `/services/${service.id}`);
    assert.deepEqual(await types(), before);
    const providers = async () => (await look()).service_providers;
    assert.equal(await providers(), undefined);
    const provider = { auth_url: "http://a/auth", sp_url: "http://a/sp", enabled: true };
    await ask(201, "PUT", "/OS-FEDERATION/service_providers/p", { service_provider: provider });
    assert.equal((await providers()).length, 1);
  });

  test("is not kept when it changes while it is read, or while nothing can be heard", async () => {
    const world = { hearing: true };
    const shown = new Shown(world, {
      catalog: async () => "[]",
      roles: async () => [],
      providers: async () => [],
    });
    const names = ["reader"];
    const first = shown.roles(names);
    shown.forget();
    await first;
    const second = shown.roles(names);
    assert.ok(second instanceof Promise, "it is read again");
    assert.deepEqual(shown.roles(names) instanceof Promise, true);
    await second;
    assert.ok(Array.isArray(shown.roles(names)), "it is known");
    world.hearing = false;
    assert.ok(shown.roles(names) instanceof Promise, "it may have changed");
  });
});

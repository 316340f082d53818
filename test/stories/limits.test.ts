import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";

type Registered = { id: string; service_id: string; resource_name: string; region_id: string; default_limit: number };

describe("limits that identity keeps and quotas that services count by", () => {
  let cloud: TestCloud;
  let token: string;
  let project: string;
  let services: ReadonlyMap<string, string>;
  before(async () => {
    cloud = await testCloud();
    const it = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };
    await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, it);
    const user = { name: "admin", domain: { id: "default" }, password: "a" };
    const scope = { project: { name: "admin", domain: { id: "default" } } };
    const auth = { identity: { methods: ["password"], password: { user } }, scope };
    const made = await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth } });
    token = made.headers["x-subject-token"]!;
    project = made.body.token.project.id;
    const listed = (await ask("GET", "/v3/services")).services as { id: string; name: string }[];
    services = new Map(listed.map(({ id, name }) => [name, id]));
  });
  after(() => cloud.stop());

  const ask = async (method: string, path: string, body?: unknown) => {
    const {
      status,
      text,
      body: answer,
    } = await cloud.call(method, path, { as: token, body, version: versionFor(path) });
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return answer;
  };
  const registered = async (service: string): Promise<readonly Registered[]> =>
    (await ask("GET", `/v3/registered_limits?service_id=${services.get(service)}`)).registered_limits;
  const one = async (service: string, name: string) =>
    (await registered(service)).find((it) => it.resource_name === name)!;
  const limits = async () => (await ask("GET", "/v3/limits")).limits as (Registered & { resource_limit: number })[];

  const compute = () => ask("GET", `/compute/v2.1/os-quota-sets/${project}`).then((it) => it.quota_set);
  const network = () => ask("GET", `/network/v2.0/quotas/${project}`).then((it) => it.quota);
  const volumes = () => ask("GET", `/volume/v3/os-quota-sets/${project}`).then((it) => it.quota_set);

  test("begin with the same amounts under both names", async () => {
    const names: Record<string, string> = { servers: "instances", "class:VCPU": "cores", "class:MEMORY_MB": "ram" };
    const own = { ...(await ask("GET", `/compute/v2.1/os-quota-sets/${project}`, undefined)).quota_set };
    for (const { resource_name: name, default_limit } of await registered("nova")) {
      const resource = names[name] ?? (name in own ? name : name.replace("server_", ""));
      if (resource in own) assert.equal(own[resource], default_limit, name);
    }
    const quota = await network();
    for (const { resource_name, default_limit } of await registered("neutron"))
      assert.equal(quota[resource_name], default_limit, resource_name);
    const set = await volumes();
    for (const { resource_name, default_limit } of await registered("cinder"))
      assert.equal(set[resource_name], default_limit, resource_name);
    assert.ok((await registered("cinder")).length > 3);
    const { usage } = await ask("GET", "/image/v2/info/usage");
    for (const { resource_name, default_limit } of await registered("glance"))
      assert.equal(usage[resource_name].limit, default_limit, resource_name);
  });

  test("are one: what is said in one place is read in the other", async () => {
    const servers = await one("nova", "servers");
    await ask("PATCH", `/v3/registered_limits/${servers.id}`, { registered_limit: { default_limit: 7 } });
    assert.equal((await compute()).instances, 7);
    await ask("PUT", `/compute/v2.1/os-quota-sets/${project}`, { quota_set: { instances: 3 } });
    const [own] = (await limits()).filter((it) => it.resource_name === "servers");
    assert.equal(own!.resource_limit, 3);
    await ask("PATCH", `/v3/limits/${own!.id}`, { limit: { resource_limit: 4 } });
    assert.equal((await compute()).instances, 4);
    await ask("DELETE", `/v3/limits/${own!.id}`);
    assert.equal((await compute()).instances, 7);
    await ask("PUT", "/compute/v2.1/os-quota-class-sets/default", { quota_class_set: { instances: 8 } });
    assert.equal((await one("nova", "servers")).default_limit, 8);
    const port = await one("neutron", "port");
    const asked = {
      service_id: port.service_id,
      region_id: port.region_id,
      resource_name: "port",
      project_id: project,
    };
    await ask("POST", "/v3/limits", { limits: [{ ...asked, resource_limit: 12 }] });
    assert.equal((await network()).port, 12);
    await ask("DELETE", `/network/v2.0/quotas/${project}`);
    assert.deepEqual(await limits(), []);
  });

  test("of a service that has no quota calls of its own are these alone", async () => {
    const images = await one("glance", "image_count_total");
    await ask("PATCH", `/v3/registered_limits/${images.id}`, { registered_limit: { default_limit: 0 } });
    const body = { name: "one", disk_format: "raw", container_format: "bare" };
    assert.equal((await cloud.call("POST", "/image/v2/images", { as: token, body })).status, 413);
    const { service_id, region_id, resource_name } = images;
    const asked = { service_id, region_id, resource_name, project_id: project, resource_limit: 1 };
    const [own] = (await ask("POST", "/v3/limits", { limits: [asked] })).limits;
    await ask("POST", "/image/v2/images", body);
    assert.equal((await cloud.call("POST", "/image/v2/images", { as: token, body })).status, 413);
    await ask("DELETE", `/v3/limits/${own.id}`);
  });

  test("refuse what is too much, whichever way they were set", async () => {
    const { service_id, region_id } = await one("neutron", "network");
    const asked = { service_id, region_id, resource_name: "network", project_id: project, resource_limit: 1 };
    await ask("POST", "/v3/limits", { limits: [asked] });
    await ask("POST", "/network/v2.0/networks", { network: { name: "first" } });
    const body = { network: { name: "second" } };
    assert.equal((await cloud.call("POST", "/network/v2.0/networks", { as: token, body })).status, 409);
    const [own] = await limits();
    await ask("PATCH", `/v3/limits/${own!.id}`, { limit: { resource_limit: -1 } });
    await ask("POST", "/network/v2.0/networks", body);
  });
});

function versionFor(path: string): string | undefined {
  return path.startsWith("/compute") ? "2.50" : undefined;
}

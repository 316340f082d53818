import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";

type Listed = { id: string; name: string; resource_name: string; service_id: string; region_id: string };

describe("limits that a domain or project shares with all that lies in it", () => {
  let cloud: TestCloud;
  let flavorRef: string;
  let imageRef: string;
  before(async () => {
    cloud = await testCloud({ settings: { "limit-enforcement-model": "strict_two_level" } });
    const it = { adminPassword: "a", demoPassword: "d", publicUrl: "http://cloud", region: "RegionOne" };
    await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, it);
    const flavor = { id: "1", name: "tiny", vcpus: 1, ram: 64, disk: 1 };
    flavorRef = (await admin("POST", "/compute/v2.1/flavors", { flavor })).flavor.id;
    const image = { name: "small", disk_format: "raw", container_format: "bare", visibility: "public" };
    imageRef = (await admin("POST", "/image/v2/images", image)).id;
    const headers = { "content-type": "application/octet-stream" };
    await cloud.call("PUT", `/image/v2/images/${imageRef}/file`, { body: Buffer.from("an image"), headers });
  });
  after(() => cloud.stop());

  const admin = async (method: string, path: string, body?: unknown) => {
    const answer = await cloud.call(method, path, { body });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const limit = async (service: string, resource_name: string, of: object, resource_limit: number) => {
    const [{ id }] = (await admin("GET", `/v3/services?name=${service}`)).services;
    const all = (await admin("GET", `/v3/registered_limits?service_id=${id}`)).registered_limits as Listed[];
    const { service_id, region_id } = all.find((it) => it.resource_name === resource_name)!;
    await admin("POST", "/v3/limits", { limits: [{ service_id, region_id, resource_name, ...of, resource_limit }] });
  };
  const newDomain = async (name: string) => (await admin("POST", "/v3/domains", { domain: { name } })).domain.id;
  /** A project, and a token of somebody who works in it. */
  const newProject = async (name: string, domain_id: string, parent_id = domain_id) => {
    const { id } = (await admin("POST", "/v3/projects", { project: { name, domain_id, parent_id } })).project;
    const user = { name: `${name} of ${domain_id}`, domain_id, password: "p" };
    const { id: userId } = (await admin("POST", "/v3/users", { user })).user;
    const [role] = (await admin("GET", "/v3/roles?name=member")).roles;
    await admin("PUT", `/v3/projects/${id}/users/${userId}/roles/${role.id}`);
    const identity = { methods: ["password"], password: { user: { id: userId, password: "p" } } };
    const auth = { identity, scope: { project: { id } } };
    const as = (await cloud.call("POST", "/v3/auth/tokens", { as: null, body: { auth } })).headers["x-subject-token"]!;
    return { id, as };
  };

  type Asker = Pick<TestCloud, "call">;
  const network = ({ as }: { as: string }, by: Asker = cloud) =>
    by.call("POST", "/network/v2.0/networks", { as, body: { network: { name: "n" } } });
  const image = ({ as }: { as: string }) =>
    cloud.call("POST", "/image/v2/images", { as, body: { name: "i", disk_format: "raw", container_format: "bare" } });
  const volume = ({ as }: { as: string }, size: number) =>
    cloud.call("POST", "/volume/v3/volumes", { as, body: { volume: { size } } });
  const servers = ({ as }: { as: string }, count: number) => {
    const server = { name: "s", imageRef, flavorRef, networks: "none", min_count: 1, max_count: count };
    return cloud.call("POST", "/compute/v2.1/servers", { as, version: "2.37", body: { server } });
  };
  const group = ({ as }: { as: string }) => {
    const server_group = { name: "g", policies: ["affinity"] };
    return cloud.call("POST", "/compute/v2.1/os-server-groups", { as, body: { server_group } });
  };

  test("are used up by all of them together, each within its own", async () => {
    const domain = await newDomain("together");
    const [one, other] = [await newProject("one", domain), await newProject("other", domain)];
    await limit("neutron", "network", { domain_id: domain }, 3);
    await limit("neutron", "network", { project_id: one.id }, 2);
    assert.deepEqual([(await network(one)).status, (await network(one)).status], [201, 201]);
    assert.equal((await network(one)).status, 409, "its own limit");
    assert.equal((await network(other)).status, 201);
    assert.equal((await network(other)).status, 409, "the domain's limit");
    const fresh = await newProject("fresh", domain);
    assert.equal((await network(fresh)).status, 409, "nothing is left for who comes late");
    const elsewhere = await newProject("one", await newDomain("elsewhere"));
    assert.equal((await network(elsewhere)).status, 201);
  });

  test("bound a project with what lies in it", async () => {
    const domain = await newDomain("nested");
    const top = await newProject("top", domain);
    const inner = await newProject("inner", domain, top.id);
    await limit("neutron", "network", { project_id: top.id }, 2);
    assert.deepEqual([(await network(inner)).status, (await network(top)).status], [201, 201]);
    assert.deepEqual([(await network(inner)).status, (await network(top)).status], [409, 409]);
  });

  test("hold for servers, groups, images and volumes alike", async () => {
    const domain = await newDomain("alike");
    const [one, other] = [await newProject("one", domain), await newProject("other", domain)];
    for (const [service, resource, amount] of [
      ["nova", "servers", 3],
      ["nova", "server_groups", 1],
      ["glance", "image_count_total", 1],
      ["cinder", "gigabytes", 5],
    ] as const)
      await limit(service, resource, { domain_id: domain }, amount);
    await servers(one, 2);
    await servers(other, 5);
    const count = async ({ as }: { as: string }) =>
      (await cloud.call("GET", "/compute/v2.1/servers", { as })).body.servers.length;
    assert.deepEqual([await count(one), await count(other)], [2, 1], "as many as there is room for");
    assert.equal((await servers(one, 1)).status, 403);
    assert.deepEqual([(await group(one)).status, (await group(other)).status], [200, 403]);
    assert.deepEqual([(await image(one)).status, (await image(other)).status], [201, 413]);
    assert.deepEqual([(await volume(one, 3)).status, (await volume(other, 3)).status], [202, 413]);
    assert.equal((await volume(other, 2)).status, 202);
  });

  test("are no wider for two who ask at once, in whichever process", async () => {
    const domain = await newDomain("at once");
    const both = [await newProject("one", domain), await newProject("other", domain)];
    await limit("neutron", "network", { domain_id: domain }, 5);
    const second = await cloud.another();
    const asked = [cloud, second].flatMap((by) => both.flatMap((who) => [1, 2, 3].map(() => network(who, by))));
    const answers = await Promise.all(asked);
    await second.stop();
    assert.equal(answers.filter(({ status }) => status === 201).length, 5);
    assert.equal(answers.filter(({ status }) => status === 409).length, 7);
  });

  test("are kept by services' own quota calls too", async () => {
    const domain = await newDomain("calls");
    const one = await newProject("one", domain);
    const put = (path: string, body: object) => cloud.call("PUT", path, { body });
    const set = (instances: number) => put(`/compute/v2.1/os-quota-sets/${one.id}`, { quota_set: { instances } });
    assert.equal((await set(11)).status, 403, "the domain has ten, as registered");
    assert.equal((await set(9)).status, 200);
    const everybody = (instances: number) =>
      put("/compute/v2.1/os-quota-class-sets/default", { quota_class_set: { instances } });
    assert.equal((await everybody(8)).status, 403);
    assert.equal((await everybody(12)).status, 200);
    assert.equal((await set(11)).status, 200);
    const quota = (network: number) => put(`/network/v2.0/quotas/${one.id}`, { quota: { network } });
    assert.deepEqual([(await quota(101)).status, (await quota(100)).status], [403, 200]);
  });
});

import assert from "node:assert/strict";
import { newLog } from "#platform/log/log.ts";
import { bootstrapIdentity } from "#services/identity/bootstrap.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { bootImage, furnish, must } from "#test/laws/furniture.ts";
import { clear } from "#test/laws/lives.ts";
import { complaint, patience } from "./judge.ts";
import type { Asked } from "./request.ts";
import type { Target } from "./target.ts";
import { type Known, rendered, wire } from "./wire.ts";

const password = "fuzz-secret-password";

/** A furnished cloud behind a real port, for cases to be played against. */
export interface FuzzWorld {
  readonly cloud: TestCloud;
  readonly port: number;
  readonly statuses: ReadonlyMap<number, number>;
  readonly slowest: () => { readonly ms: number; readonly what: string };
  /** Plays one case; says what is wrong with what came of it. */
  play(target: Target, asked: Asked): Promise<string | undefined>;
  /** Lets the sagas come to rest, and looks what there is to ask about now. */
  rest(): Promise<void>;
  /** Puts right what an administrator may break, clears the cloud and proves that it works. */
  proveSound(): Promise<void>;
  stop(): Promise<void>;
}

export async function openWorld(): Promise<FuzzWorld> {
  const errors: string[] = [];
  let leaked: string | undefined;
  const secrets = [password];
  const note = (line: string) => {
    if (line.includes('"level":50') || line.includes('"level":60')) errors.push(line.slice(0, 2000));
    leaked ??= secrets.some((s) => line.includes(s)) ? line.slice(0, 500) : undefined;
  };
  const cloud = await testCloud({ log: newLog({ level: "trace" }, { write: note }) });
  const known = await furnished(cloud);
  secrets.push(known.token, known.privateKey);
  await cloud.spine.door.listen({ port: 0, host: "127.0.0.1" });
  const { port } = cloud.spine.door.server.address() as { port: number };
  const way = wire(port);
  const statuses = new Map<number, number>();
  let slowest = { ms: 0, what: "" };
  const burst = watchProcess();
  return {
    cloud,
    port,
    statuses,
    slowest: () => slowest,
    async play(target, asked) {
      errors.length = 0;
      const it = rendered(asked, target.service.versionHeader?.name, known);
      const again = () => way.send(it).catch((why: NodeJS.ErrnoException) => excused(it.body, why));
      let got = await again();
      if (typeof got === "object" && got.ms > patience) got = await again(); // the machine may have been busy with something else
      if (typeof got !== "object") return got;
      statuses.set(got.status, (statuses.get(got.status) ?? 0) + 1);
      if (got.ms > slowest.ms) slowest = { ms: got.ms, what: target.name };
      const wrong = complaint(target, it, got);
      if (wrong) return [wrong, ...errors].join("\n    ");
      return burst() ?? (leaked && `a secret stands in the log: ${leaked}`);
    },
    async rest() {
      await cloud.settle();
      await known.refresh();
    },
    async proveSound() {
      await repaired(cloud);
      await clear(cloud);
      assert.deepEqual(await cloud.leftovers(), []);
      await lives(cloud);
      assert.deepEqual(await cloud.leftovers(), []);
    },
    async stop() {
      way.close();
      await cloud.stop();
    },
  };
}

/** A large body may be answered, and its connection closed, before all of it was read. */
function excused(body: Buffer | undefined, why: NodeJS.ErrnoException): string | undefined {
  const early = body && body.length > 60_000 && ["EPIPE", "ECONNRESET"].includes(why.code ?? "");
  return early ? undefined : `no answer: ${why.code ?? why.message}`;
}

function watchProcess(): () => string | undefined {
  let burst: string | undefined;
  const note = (why: unknown) => {
    burst = `nobody caught: ${(why as Error)?.stack ?? String(why)}`;
  };
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  return () => {
    const it = burst;
    burst = undefined;
    return it;
  };
}

const lists: readonly (readonly [kind: string, path: string, key: string])[] = [
  ["servers", "/compute/v2.1/servers?all_tenants=1", "servers"],
  ["flavors", "/compute/v2.1/flavors", "flavors"],
  ["os-aggregates", "/compute/v2.1/os-aggregates", "aggregates"],
  ["os-server-groups", "/compute/v2.1/os-server-groups", "server_groups"],
  ["images", "/image/v2/images", "images"],
  ["networks", "/network/v2.0/networks", "networks"],
  ["subnets", "/network/v2.0/subnets", "subnets"],
  ["ports", "/network/v2.0/ports", "ports"],
  ["routers", "/network/v2.0/routers", "routers"],
  ["floatingips", "/network/v2.0/floatingips", "floatingips"],
  ["security-groups", "/network/v2.0/security-groups", "security_groups"],
  ["security-group-rules", "/network/v2.0/security-group-rules", "security_group_rules"],
  ["volumes", "/volume/v3/volumes?all_tenants=1", "volumes"],
  ["snapshots", "/volume/v3/snapshots?all_tenants=1", "snapshots"],
  ["types", "/volume/v3/types", "volume_types"],
  ["os-volume-transfer", "/volume/v3/os-volume-transfer?all_tenants=1", "transfers"],
  ["os-services", "/compute/v2.1/os-services", "services"],
  ["os-hypervisors", "/compute/v2.1/os-hypervisors", "hypervisors"],
  ["attachments", "/volume/v3/attachments?all_tenants=1", "attachments"],
  ["agents", "/network/v2.0/agents", "agents"],
  ["providers", "/placement/resource_providers", "resource_providers"],
  ["users", "/identity/v3/users", "users"],
  ["groups", "/identity/v3/groups", "groups"],
  ["projects", "/identity/v3/projects", "projects"],
  ["domains", "/identity/v3/domains", "domains"],
  ["roles", "/identity/v3/roles", "roles"],
  ["services", "/identity/v3/services", "services"],
  ["endpoints", "/identity/v3/endpoints", "endpoints"],
  ["regions", "/identity/v3/regions", "regions"],
];
const alike: Readonly<Record<string, string>> = {
  "os-volume_attachments": "volumes",
  volumeId: "volumes",
  "os-interface": "ports",
  portId: "ports",
  resource_providers: "providers",
  consumer_uuid: "servers",
  image_id: "images",
  member_id: "projects",
  "volume-transfers": "os-volume-transfer",
  user_id: "users",
  group_id: "groups",
  domain_id: "domains",
  project_id: "projects",
  role_id: "roles",
  implied_id: "roles",
  quotas: "projects",
  "os-quota-sets": "projects",
  project: "projects",
};

async function furnished(cloud: TestCloud): Promise<Known & { privateKey: string; refresh(): Promise<void> }> {
  const seed = { adminPassword: password, demoPassword: password, publicUrl: "http://cloud", region: "RegionOne" };
  await bootstrapIdentity(cloud.spine.write, cloud.drivers.identity, seed);
  await furnish(cloud);
  await roomForMuch(cloud);
  const token = await tokenOf(cloud);
  const pair = (await must(cloud, "POST", "/compute/v2.1/os-keypairs", { keypair: { name: "k" } })).keypair;
  const ids = new Map<string, string[]>([
    ["os-keypairs", ["k"]],
    ["name", ["CUSTOM_A", "VCPU", "k"]],
    ["resource_class", ["VCPU"]],
    ["key", ["a"]],
    ["tag", ["a"]],
    ["alias", ["os-keypairs"]],
    ["network", ["inside"]],
  ]);
  let turn = 0;
  const pick = (kinds: string) => {
    const found = kinds.split("|").map((kind) => ids.get(alike[kind] ?? kind) ?? []);
    const some = found.find((its) => its.length > 0) ?? [];
    turn += 1;
    return some[turn % Math.min(some.length || 1, 5)] ?? "0f0e0d0c-0b0a-4908-8706-050403020100";
  };
  const refresh = async () => {
    for (const [kind, path, key] of lists) {
      const { body } = await cloud.call("GET", path, {
        version: /os-services|os-hypervisors/.test(path) ? "2.53" : path.includes("attachments") ? "3.27" : undefined,
      });
      const rows = (body[key] ?? []) as { id?: string | number; uuid?: string }[];
      ids.set(
        kind,
        rows.map((r) => String(r.id ?? r.uuid)),
      );
    }
    ids.get("projects")!.unshift(cloud.actors.demo.projectId!);
  };
  await refresh();
  const any = ["servers", "volumes", "networks", "ports", "images"];
  return {
    token,
    secret: password,
    privateKey: String(pair.private_key).split("\n")[2]!,
    idOf: (kind) => pick(kind === "any" ? any[turn % any.length]! : kind),
    refresh,
  };
}

/** Quotas that many a good request among the bad ones does not exhaust. */
async function roomForMuch(cloud: TestCloud): Promise<void> {
  const much = 200;
  const compute = { instances: much, cores: much, ram: 100_000, key_pairs: much, server_groups: much };
  await must(cloud, "PUT", "/compute/v2.1/os-quota-class-sets/default", { quota_class_set: compute }, "admin");
  const storage = { volumes: much, snapshots: much, gigabytes: 2000 };
  await must(cloud, "PUT", "/volume/v3/os-quota-class-sets/default", { quota_class_set: storage }, "admin");
  const network = { network: much, subnet: much, port: much, router: much, floatingip: much, security_group: much };
  await must(
    cloud,
    "PUT",
    `/network/v2.0/quotas/${cloud.actors.demo.projectId}`,
    { quota: { ...network, security_group_rule: much } },
    "admin",
  );
}

async function tokenOf(cloud: TestCloud): Promise<string> {
  const user = { name: "admin", domain: { id: "default" }, password };
  const scope = { project: { name: "admin", domain: { id: "default" } } };
  const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
  const made = await cloud.call("POST", "/identity/v3/auth/tokens", { as: null, body });
  assert.equal(made.status, 201, made.text);
  return made.headers["x-subject-token"]!;
}

/** Undoes what only an administrator can have done, and what is his right: quotas, closed hosts, aggregates, claims. */
async function repaired(cloud: TestCloud): Promise<void> {
  const call = (method: string, path: string, version?: string, body?: unknown) =>
    cloud.call(method, path, { version, body });
  await cloud.settle();
  for (const { id } of (await call("GET", "/compute/v2.1/servers?all_tenants=1")).body.servers)
    await call("DELETE", `/compute/v2.1/servers/${id}`);
  await cloud.later("10m");
  for (const { id } of (await call("GET", "/volume/v3/os-volume-transfer?all_tenants=1")).body.transfers)
    await call("DELETE", `/volume/v3/os-volume-transfer/${id}`);
  for (const { id } of (await call("GET", "/volume/v3/attachments?all_tenants=1", "3.27")).body.attachments)
    await call("DELETE", `/volume/v3/attachments/${id}`, "3.27");
  for (const what of ["snapshots", "volumes"])
    for (const { id } of (await call("GET", `/volume/v3/${what}?all_tenants=1`)).body[what]) {
      const free = { status: "available", ...(what === "volumes" && { attach_status: "detached" }) };
      await call("POST", `/volume/v3/${what}/${id}/action`, undefined, { "os-reset_status": free });
    }
  for (const { id } of (await call("GET", "/network/v2.0/routers")).body.routers)
    await call("PUT", `/network/v2.0/routers/${id}`, undefined, { router: { routes: [] } });
  for (const { id } of (await call("GET", "/network/v2.0/floatingips")).body.floatingips)
    await call("DELETE", `/network/v2.0/floatingips/${id}`);
  for (const { projectId } of Object.values(cloud.actors)) {
    await call("DELETE", `/compute/v2.1/os-quota-sets/${projectId}`);
    await call("DELETE", `/network/v2.0/quotas/${projectId}`);
    await call("DELETE", `/volume/v3/os-quota-sets/${projectId}`);
  }
  for (const { id } of (await call("GET", "/compute/v2.1/os-services", "2.53")).body.services)
    await call("PUT", `/compute/v2.1/os-services/${id}`, "2.53", { status: "enabled", forced_down: false });
  for (const { id, hosts } of (await call("GET", "/compute/v2.1/os-aggregates")).body.aggregates) {
    for (const host of hosts)
      await call("POST", `/compute/v2.1/os-aggregates/${id}/action`, undefined, { remove_host: { host } });
    await call("DELETE", `/compute/v2.1/os-aggregates/${id}`);
  }
  for (const { uuid } of (await call("GET", "/placement/resource_providers")).body.resource_providers) {
    const { allocations } = (await call("GET", `/placement/resource_providers/${uuid}/allocations`)).body;
    for (const consumer of Object.keys(allocations))
      await call("DELETE", `/placement/allocations/${encodeURIComponent(consumer)}`);
  }
  for (const name of cloud.spine.loops.names) await cloud.runLoop(name);
  await cloud.settle();
}

/** A server comes as it always did, and goes. */
async function lives(cloud: TestCloud): Promise<void> {
  const flavor = { name: `after-${Date.now()}`, vcpus: 1, ram: 64, disk: 1 };
  const { id: flavorRef } = (await must(cloud, "POST", "/compute/v2.1/flavors", { flavor }, "admin")).flavor;
  const imageRef = await bootImage(cloud);
  const server = { name: "after", flavorRef, imageRef, networks: "none" };
  const { id } = (await must(cloud, "POST", "/compute/v2.1/servers", { server })).server;
  await cloud.settle();
  const { server: it } = await must(cloud, "GET", `/compute/v2.1/servers/${id}`);
  assert.equal(it.status, "ACTIVE", JSON.stringify(it.fault));
  await must(cloud, "DELETE", `/compute/v2.1/servers/${id}`);
  await cloud.settle();
}

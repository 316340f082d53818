import { simulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { simulatedCompute } from "#drivers/compute/simulated/driver.ts";
import { simulatedNetwork } from "#drivers/network/simulated/driver.ts";
import type { Actor } from "#platform/api/rules.ts";
import { setQuotaLimits } from "#platform/store/quota.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { bootImage, must } from "#test/laws/furniture.ts";

export interface Project {
  /** The word by which its member calls. */
  readonly as: string;
  readonly id: string;
  readonly networks: string[];
  readonly router: string;
}
export interface Ground {
  readonly cloud: TestCloud;
  readonly projects: readonly Project[];
  readonly flavors: readonly string[];
  readonly image: string;
  readonly outside: string;
  readonly metal: Metal;
}
export interface Metal {
  readonly compute: ReturnType<typeof simulatedCompute>;
  readonly network: ReturnType<typeof simulatedNetwork>;
  readonly storage: ReturnType<typeof simulatedBlockStorage>;
}

/** Tight ones, and one that is wide enough to fill the hosts. */
const quotas = [
  {
    compute: { instances: 6, cores: 8, ram: 2048 },
    "block-storage": { volumes: 5, snapshots: 3, gigabytes: 12 },
    network: { network: 3, subnet: 4, port: 25, floatingip: 3, security_group: 3, security_group_rule: 12 },
  },
  {
    compute: { instances: 40, cores: 60, ram: 12_800 },
    "block-storage": { volumes: 30, snapshots: 10, gigabytes: 60 },
    network: { network: 5, subnet: 8, port: 120, floatingip: 8, security_group: 5, security_group_rule: 30 },
  },
  {
    compute: { instances: -1, cores: -1, ram: -1 },
    "block-storage": { volumes: 60, snapshots: 20, gigabytes: 150 },
    network: { network: 6, subnet: 10, port: 400, floatingip: 12, security_group: 6, security_group_rule: 40 },
  },
];
const count = 5;

/** A cloud of small hosts and a few projects, each with a network that leads outside and a small one that soon is full. */
export async function makeGround(hosts: number): Promise<Ground> {
  const people = Object.fromEntries(Array.from({ length: count }, (_, i) => [`member${i}`, member(i)]));
  const metal: Metal = {
    compute: simulatedCompute({ hosts, vcpus: 2, memoryMib: 512 }),
    network: simulatedNetwork(),
    storage: simulatedBlockStorage(),
  };
  const drivers = { compute: metal.compute, network: metal.network, "block-storage": metal.storage };
  const cloud = await testCloud({ drivers, people });
  const image = await bootImage(cloud);
  const flavors = [];
  for (const [vcpus, ram] of [
    [1, 128],
    [2, 256],
    [1, 512],
  ])
    flavors.push(
      (await ask(cloud, "/compute/v2.1/flavors", { flavor: { name: `m${ram}`, vcpus, ram, disk: 1 } })).flavor.id,
    );
  const outside = await makeOutside(cloud);
  const projects = [];
  for (let i = 0; i < count; i += 1) projects.push(await makeProject(cloud, i, outside));
  await cloud.settle();
  return { cloud, projects, flavors: flavors as string[], image, outside, metal };
}

const ask = (cloud: TestCloud, path: string, body: unknown, as = "admin") => must(cloud, "POST", path, body, as);

function member(i: number): Actor {
  const id = `${i + 5}`.repeat(32).slice(0, 32);
  const domains = { userDomainId: "default", projectDomainId: "default" };
  return {
    userId: id,
    userName: `member${i}`,
    projectId: id,
    projectName: `project${i}`,
    ...domains,
    roles: ["member"],
  };
}

async function makeOutside(cloud: TestCloud): Promise<string> {
  const network = {
    name: "public",
    "router:external": true,
    "provider:network_type": "flat",
    "provider:physical_network": "public",
  };
  const { id } = (await ask(cloud, "/network/v2.0/networks", { network })).network;
  await ask(cloud, "/network/v2.0/subnets", {
    subnet: { network_id: id, ip_version: 4, cidr: "203.0.113.0/27", enable_dhcp: false },
  });
  return id;
}

async function makeProject(cloud: TestCloud, i: number, outside: string): Promise<Project> {
  const as = `member${i}`;
  const { projectId = "" } = member(i);
  const limits = quotas[Math.min(i, quotas.length - 1)]!;
  await cloud.spine.write(async (tx) => {
    for (const [service, amounts] of Object.entries(limits)) await setQuotaLimits(tx, service, projectId, amounts);
  });
  const networks = [];
  for (const cidr of [`10.${i}.0.0/24`, `10.${i}.1.0/28`]) {
    const { id } = (await ask(cloud, "/network/v2.0/networks", { network: { name: cidr } }, as)).network;
    await ask(cloud, "/network/v2.0/subnets", { subnet: { network_id: id, ip_version: 4, cidr } }, as);
    networks.push(id);
  }
  const router = { name: "r", external_gateway_info: { network_id: outside } };
  const { id } = (await ask(cloud, "/network/v2.0/routers", { router }, as)).router;
  return { as, id: projectId, networks, router: id };
}

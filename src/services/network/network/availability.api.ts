import { rules } from "#platform/api/rules.ts";
import { route } from "../kit.ts";
import { countTaken } from "../port/address.store.ts";
import { no } from "../refusals.ts";
import { toNumber } from "../resource/ip.ts";
import { type Query, readQuery } from "../resource/listing.ts";
import { anyQuery, type Context } from "../resource/resource.api.ts";
import { admin } from "../resource/resource.rules.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import type { Subnet } from "../subnet/subnet.ts";
import { findNetwork, listNetworks } from "./network.store.ts";
import type { NetworkRow } from "./network.ts";

const rule = rules("", { get_network_ip_availability: [admin, "Show how many addresses networks have left."] });
const show = rule.get_network_ip_availability;

/** How many addresses there are, and how many are taken. */
export const availabilityRoutes = [
  route({
    on: "GET /network-ip-availabilities",
    rule: show,
    query: anyQuery,
    of: () => ({}),
    run: (ctx, _, { query }) => list(ctx, query),
  }),
  route({
    on: "GET /network-ip-availabilities/{id}",
    rule: show,
    of: () => ({}),
    run: (ctx, _, { path }) => one(ctx, path.id),
  }),
];

async function list(ctx: Context, query: Query) {
  const where = readQuery(query).where.filter(([name]) => name !== "ip_version");
  const named = where.map(
    ([name, values]) => [name.replace(/^network_/, "").replace("tenant_id", "project_id"), values] as const,
  );
  const networks = await listNetworks(ctx.db, null, { ...readQuery({}), where: named });
  return {
    network_ip_availabilities: await views(
      ctx,
      networks,
      readQuery(query).where.find(([n]) => n === "ip_version")?.[1],
    ),
  };
}
async function one(ctx: Context, id: string) {
  const network = await findNetwork(ctx.db, null, id);
  if (!network) throw no.network(id);
  return { network_ip_availability: (await views(ctx, [network], undefined))[0] };
}

async function views(ctx: Context, networks: readonly NetworkRow[], versions: readonly string[] | undefined) {
  const all = await listSubnetsOn(
    ctx.db,
    networks.map((n) => n.id),
  );
  const subnets = all.filter((s) => !versions || versions.includes(String(s.ipVersion)));
  const taken = new Map(
    (
      await countTaken(
        ctx.db,
        subnets.map((s) => s.id),
      )
    ).map((t) => [t.subnetId, t.taken]),
  );
  const used = (subnet: Subnet) => taken.get(subnet.id) ?? 0;
  return networks.map((network) => {
    const own = subnets.filter((s) => s.networkId === network.id);
    return {
      network_id: network.id,
      network_name: network.name,
      tenant_id: network.projectId,
      project_id: network.projectId,
      total_ips: sum(own.map(sizeOf)),
      used_ips: sum(own.map(used)),
      subnet_ip_availability: own.map((s) => ({
        subnet_id: s.id,
        subnet_name: s.name,
        cidr: s.cidr,
        ip_version: s.ipVersion,
        total_ips: sizeOf(s),
        used_ips: used(s),
      })),
    };
  });
}
function sizeOf({ allocationPools }: Subnet): number {
  return sum(allocationPools.map(({ start, end }) => Number(toNumber(end) - toNumber(start) + 1n)));
}
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

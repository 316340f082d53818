import { placeMetadata } from "../network/metadata.work.ts";
import { findNetwork, listNetworksById } from "../network/network.store.ts";
import type { NetworkRow } from "../network/network.ts";
import { dropAddressesOn, listPortsWithin } from "../port/address.store.ts";
import { allocate } from "../port/allocate.work.ts";
import { listPortsOn } from "../port/port.store.ts";
import { isSwitchPort, owners, type Port } from "../port/port.ts";
import { spend } from "../quota/quota.work.ts";
import { startNetworkAndMore } from "../realise/follow.work.ts";
import { clash, no, notAuthorized, wrong } from "../refusals.ts";
import { defaultPools, fromNumber, hostRange, networkOf, versionOf } from "../resource/ip.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { changeRow, deleteRow, findRow, holdTurn, insertRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { checkSubnet } from "./check.ts";
import { subnetGuards, subnetRules } from "./subnet.rules.ts";
import { type NewSubnet, subnetAttributes } from "./subnet.schema.ts";
import { findSubnet, hasOverlap, listSubnets } from "./subnet.store.ts";
import { isAuto, type Subnet } from "./subnet.ts";
import { subnetView } from "./subnet.view.ts";

const subnets: Resource<Subnet, NewSubnet> = {
  one: "subnet",
  many: "subnets",
  rules: subnetRules,
  attributes: subnetAttributes,
  guards: subnetGuards,
  missing: no.subnet,
  find: (ctx, id) => findSubnet(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listSubnets(ctx.db, sight(ctx), asked),
  views,
  create,
  change,
  remove,
};

export const subnetRoutes = [...resourceRoutes(subnets), ...tagRoutes(subnets, "networkSubnets")];

async function views(ctx: Context, rows: readonly Subnet[]) {
  const networks = await listNetworksById(ctx.db, [...new Set(rows.map((row) => row.networkId))]);
  const external = new Set(networks.filter((n) => n.external).map((n) => n.id));
  return rows.map((row) => subnetView(row, external.has(row.networkId)));
}

async function create(ctx: Context, asked: NewSubnet, projectId: string): Promise<Subnet> {
  const network = await findNetwork(ctx.db, sight(ctx), asked.network_id);
  if (!network) throw no.network(asked.network_id);
  if (!ctx.may(subnetRules.create, { projectId: network.projectId })) throw notAuthorized(subnetRules.create.name);
  await spend(ctx, projectId, { subnet: 1 });
  const it: Subnet = { ...fresh(ctx, projectId), ...shapeOf(asked), networkId: network.id, tags: [] };
  checkSubnet(it);
  await insertApart(ctx, it);
  await placeMetadata(ctx, network);
  if (isAuto(it)) await addressAll(ctx, network, it);
  await startNetworkAndMore(ctx, network.id);
  return it;
}

function shapeOf(asked: NewSubnet) {
  const cidr = networkOf(cidrOf(asked));
  const gatewayIp =
    asked.gateway_ip === undefined ? fromNumber(hostRange(cidr).first, versionOf(cidr)) : asked.gateway_ip;
  return {
    name: asked.name,
    description: asked.description,
    ipVersion: asked.ip_version as 4 | 6,
    cidr,
    gatewayIp,
    enableDhcp: asked.enable_dhcp,
    allocationPools: asked.allocation_pools ?? defaultPools(cidr, gatewayIp),
    dnsNameservers: asked.dns_nameservers ?? [],
    hostRoutes: asked.host_routes ?? [],
    ipv6RaMode: asked.ipv6_ra_mode ?? null,
    ipv6AddressMode: asked.ipv6_address_mode ?? null,
    serviceTypes: asked.service_types,
    dnsPublishFixedIp: asked.dns_publish_fixed_ip,
  };
}
function cidrOf({ cidr, ip_version, subnetpool_id, use_default_subnetpool, prefixlen }: NewSubnet): string {
  if (subnetpool_id) throw wrong.with("BadRequest", `Subnet pool ${subnetpool_id} could not be found.`);
  if (use_default_subnetpool)
    throw wrong.with("BadRequest", `Bad subnets request: No default subnetpool found for IPv${ip_version}.`);
  if (prefixlen !== undefined)
    throw wrong.with("BadRequest", "Bad subnets request: prefixlen can only be used with a subnetpool_id.");
  if (cidr) return cidr;
  throw wrong.with("BadRequest", "Bad subnets request: a subnetpool must be specified in the absence of a cidr.");
}
/** The constraint forbids overlaps; the turn makes the refusal readable where two come at once. */
async function insertApart(ctx: Context, it: Subnet): Promise<void> {
  await holdTurn(ctx.db, `subnets of ${it.networkId}`);
  if (await hasOverlap(ctx.db, it.networkId, it.cidr))
    throw wrong.input(
      `Requested subnet with cidr: ${it.cidr} for network: ${it.networkId} overlaps with another subnet`,
    );
  await insertRow(ctx.db, "networkSubnets", it);
}
/** Ports that are there already make themselves an address on a subnet where addresses come from MACs. */
async function addressAll(ctx: Context, network: NetworkRow, { id }: Subnet): Promise<void> {
  const later = 8;
  for (const port of await listPortsOn(ctx.db, network.id))
    if (isSwitchPort(port)) await allocate(ctx, network, port, [{ subnet_id: id }], { from: later });
}

async function change(ctx: Context, it: Subnet, asked: Partial<NewSubnet>): Promise<Subnet> {
  const to = {
    name: asked.name ?? it.name,
    description: asked.description ?? it.description,
    gatewayIp: asked.gateway_ip === undefined ? it.gatewayIp : asked.gateway_ip,
    enableDhcp: asked.enable_dhcp ?? it.enableDhcp,
    allocationPools: asked.allocation_pools ?? it.allocationPools,
    dnsNameservers: asked.dns_nameservers === undefined ? it.dnsNameservers : (asked.dns_nameservers ?? []),
    hostRoutes: asked.host_routes === undefined ? it.hostRoutes : (asked.host_routes ?? []),
    serviceTypes: asked.service_types ?? it.serviceTypes,
    dnsPublishFixedIp: asked.dns_publish_fixed_ip ?? it.dnsPublishFixedIp,
  };
  checkSubnet({ ...it, ...to });
  if (to.gatewayIp !== it.gatewayIp) await checkGatewayFree(ctx, it);
  const changed = await changeRow(ctx.db, "networkSubnets", it.id, to, ctx.now);
  if (to.enableDhcp !== it.enableDhcp)
    await placeMetadata(ctx, (await findRow(ctx.db, "networkNetworks", it.networkId))!);
  await startNetworkAndMore(ctx, it.networkId);
  return changed;
}
async function checkGatewayFree(ctx: Context, it: Subnet): Promise<void> {
  const leg = (await listPortsWithin(ctx.db, it.id)).find((port) => port.deviceOwner === owners.routerInterface);
  if (leg && it.gatewayIp)
    throw clash(
      "GatewayIpInUse",
      `Current gateway ip ${it.gatewayIp} already in use by port ${leg.id}. Unable to update.`,
    );
}

async function remove(ctx: Context, it: Subnet): Promise<void> {
  const inUse = (port: Port) =>
    port.deviceOwner !== owners.metadata && !(isAuto(it) && port.deviceOwner !== owners.routerInterface);
  if ((await listPortsWithin(ctx.db, it.id)).some(inUse))
    throw clash(
      "SubnetInUse",
      `Unable to complete operation on subnet ${it.id}: One or more ports have an IP allocation from this subnet.`,
    );
  await dropAddressesOn(ctx.db, it.id);
  await deleteRow(ctx.db, "networkSubnets", it.id);
  await startNetworkAndMore(ctx, it.networkId);
}

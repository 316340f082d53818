import type { Rule } from "#platform/api/rules.ts";
import { listFloatingIpsOn } from "../floating-ip/floating-ip.store.ts";
import { listPortsOn } from "../port/port.store.ts";
import { owners, type Port } from "../port/port.ts";
import { spend } from "../quota/quota.work.ts";
import { startPortsOn } from "../realise/follow.work.ts";
import { clash, no, wrong } from "../refusals.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { changeRow, deleteRow, insertRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import { findOverlayMtu } from "./data-plane.store.ts";
import { networkGuards, networkRules } from "./network.rules.ts";
import { type NewNetwork, networkAttributes } from "./network.schema.ts";
import { findDefaultExternal, findNetwork, listNetworks } from "./network.store.ts";
import { largestMtu, type NetworkRow, smallestMtu } from "./network.ts";
import { networkView } from "./network.view.ts";
import { realiseNetwork } from "./realise.saga.ts";
import { segmentFor } from "./segment.work.ts";

const networks: Resource<NetworkRow, NewNetwork> = {
  one: "network",
  many: "networks",
  rules: networkRules,
  attributes: networkAttributes,
  guards: networkGuards,
  missing: no.network,
  find: (ctx, id) => findNetwork(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listNetworks(ctx.db, sight(ctx), asked),
  views,
  create,
  change,
  remove,
};

export const networkRoutes = [...resourceRoutes(networks), ...tagRoutes(networks, "networkNetworks")];

async function views(ctx: Context, rows: readonly NetworkRow[]) {
  const subnets = await listSubnetsOn(
    ctx.db,
    rows.map((row) => row.id),
  );
  const rule = networkGuards["get_network:provider:network_type"] as Rule;
  const own = (row: NetworkRow) => subnets.filter((s) => s.networkId === row.id).map((s) => s.id);
  return rows.map((row) => networkView(row, own(row), ctx.may(rule, { projectId: row.projectId })));
}

async function create(ctx: Context, asked: NewNetwork, projectId: string): Promise<NetworkRow> {
  await spend(ctx, projectId, { network: 1 });
  if (asked.is_default) await checkDefault(ctx, asked["router:external"]);
  const it: NetworkRow = {
    ...fresh(ctx, projectId),
    name: asked.name,
    description: asked.description,
    adminStateUp: asked.admin_state_up,
    shared: asked.shared,
    external: asked["router:external"],
    isDefault: asked.is_default,
    mtu: await mtuFor(ctx, asked.mtu, asked["provider:network_type"] ?? null),
    portSecurityEnabled: asked.port_security_enabled,
    dnsDomain: asked.dns_domain,
    availabilityZoneHints: asked.availability_zone_hints,
    ...(await segmentFor(ctx.db, asked)),
    realised: false,
    tags: [],
  };
  await insertRow(ctx.db, "networkNetworks", it);
  await ctx.start(realiseNetwork, it.id);
  return it;
}

async function mtuFor(ctx: Context, asked: number | undefined, type: string | null): Promise<number> {
  const largest = largestMtu(type, await findOverlayMtu(ctx.db));
  if (!asked) return largest;
  if (asked < smallestMtu) throw wrong.input(`'${asked}' is too small - must be at least '${smallestMtu}'`);
  if (asked > largest) throw wrong.input(`Requested MTU is too big, maximum is ${largest}`);
  return asked;
}

async function change(ctx: Context, it: NetworkRow, asked: Partial<NewNetwork>): Promise<NetworkRow> {
  if (asked.shared === false && it.shared) await checkUnshared(ctx, it);
  if (asked["router:external"] === false && it.external) await checkInternal(ctx, it);
  const external = asked["router:external"] ?? it.external;
  if (asked.is_default && !it.isDefault) await checkDefault(ctx, external);
  const to = {
    name: asked.name ?? it.name,
    description: asked.description ?? it.description,
    adminStateUp: asked.admin_state_up ?? it.adminStateUp,
    shared: asked.shared ?? it.shared,
    external,
    isDefault: external && (asked.is_default ?? it.isDefault),
    mtu: asked.mtu === undefined ? it.mtu : await mtuFor(ctx, asked.mtu, it.networkType),
    portSecurityEnabled: asked.port_security_enabled ?? it.portSecurityEnabled,
    dnsDomain: asked.dns_domain ?? it.dnsDomain,
  };
  const changed = await changeRow(ctx.db, "networkNetworks", it.id, to, ctx.now);
  await ctx.start(realiseNetwork, it.id);
  if (changed.mtu !== it.mtu) await startPortsOn(ctx, it.id);
  return changed;
}

async function checkDefault(ctx: Context, external: boolean) {
  if (!external) throw wrong.input("Network must be external to be default");
  const there = await findDefaultExternal(ctx.db);
  if (there) throw clash("DefaultExternalNetworkExists", `A default external network already exists: ${there.id}.`);
}
async function checkUnshared(ctx: Context, it: NetworkRow) {
  const foreign = (port: Port) => port.projectId !== "" && port.projectId !== it.projectId;
  if ((await listPortsOn(ctx.db, it.id)).some(foreign))
    throw clash(
      "InvalidSharedSetting",
      `Unable to reconfigure sharing settings for network ${it.id}. Multiple tenants are using it.`,
    );
}
async function checkInternal(ctx: Context, it: NetworkRow) {
  const used = (await listPortsOn(ctx.db, it.id)).some((port) => port.deviceOwner === owners.routerGateway);
  if (used || (await listFloatingIpsOn(ctx.db, it.id)).length > 0)
    throw clash(
      "ExternalNetworkInUse",
      `External network ${it.id} cannot be updated to be made non-external, since it has existing gateway ports.`,
    );
}

async function remove(ctx: Context, it: NetworkRow): Promise<void> {
  const used = (await listPortsOn(ctx.db, it.id)).filter((port) => port.deviceOwner !== owners.metadata);
  if (used.length > 0)
    throw clash(
      "NetworkInUse",
      `Unable to complete operation on network ${it.id}. There are one or more ports still in use on the network, id for these ports is ${used.map((port) => port.id).join(",")}.`,
    );
  await ctx.cancel(it.id);
  for (const port of await listPortsOn(ctx.db, it.id)) await deleteRow(ctx.db, "networkPorts", port.id);
  await deleteRow(ctx.db, "networkNetworks", it.id);
  await ctx.start(realiseNetwork, it.id);
}

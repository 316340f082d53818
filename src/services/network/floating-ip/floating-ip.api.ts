import { findNetwork } from "../network/network.store.ts";
import type { NetworkRow } from "../network/network.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { listPortsById } from "../port/port.store.ts";
import { owners } from "../port/port.ts";
import { makePort, removePort } from "../port/port.work.ts";
import { spend } from "../quota/quota.work.ts";
import { no, wrong } from "../refusals.ts";
import { versionOf } from "../resource/ip.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { attributeRules, resourceRules } from "../resource/resource.rules.ts";
import { changeRow, deleteRow, findRow, insertRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import { type Lead, leadTo, nowhere } from "./associate.work.ts";
import { floatingIpAttributes, type NewFloatingIp } from "./floating-ip.schema.ts";
import { findFloatingIp, listFloatingIps } from "./floating-ip.store.ts";
import type { FloatingIp } from "./floating-ip.ts";
import { floatingIpView } from "./floating-ip.view.ts";
import { realiseFloatingIp } from "./realise.saga.ts";

const floatingIps: Resource<FloatingIp, NewFloatingIp> = {
  one: "floatingip",
  many: "floatingips",
  rules: resourceRules("floatingip", "floating IP address"),
  attributes: floatingIpAttributes,
  guards: attributeRules("floatingip", ["create"], ["floating_ip_address"]),
  missing: no.floatingIp,
  find: (ctx, id) => findFloatingIp(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listFloatingIps(ctx.db, sight(ctx), asked),
  views,
  create,
  change,
  remove,
};

export const floatingIpRoutes = [...resourceRoutes(floatingIps), ...tagRoutes(floatingIps, "networkFloatingIps")];

async function views(ctx: Context, rows: readonly FloatingIp[]) {
  const ids = rows.map((row) => row.portId).filter((id) => id !== null);
  const ports = new Map((await listPortsById(ctx.db, ids)).map((port) => [port.id, port]));
  return rows.map((row) => floatingIpView(row, ports.get(row.portId ?? "")));
}

async function create(ctx: Context, asked: NewFloatingIp, projectId: string): Promise<FloatingIp> {
  const network = await findNetwork(ctx.db, sight(ctx), asked.floating_network_id);
  if (!network) throw no.network(asked.floating_network_id);
  if (!network.external) throw bad(`Network ${network.id} is not a valid external network`);
  if (asked.fixed_ip_address && !asked.port_id) throw bad("fixed_ip_address cannot be specified without a port_id");
  await spend(ctx, projectId, { floatingip: 1 });
  const made = { ...fresh(ctx, projectId), description: asked.description };
  const { port, ip } = await takeOutside(ctx, network, made.id, asked);
  const it: FloatingIp = {
    ...made,
    floatingNetworkId: network.id,
    floatingPortId: port.id,
    floatingIpAddress: ip,
    ...nowhere,
    status: "DOWN",
    dnsName: asked.dns_name,
    dnsDomain: asked.dns_domain,
    tags: [],
  };
  const lead = asked.port_id
    ? await leadTo(ctx, sight(ctx), it, asked.port_id, asked.fixed_ip_address ?? null)
    : nowhere;
  await insertRow(ctx.db, "networkFloatingIps", { ...it, ...lead });
  if (lead.portId) await ctx.start(realiseFloatingIp, it.id);
  return { ...it, ...lead };
}
const bad = (why: string) => wrong.with("BadRequest", `Bad floatingip request: ${why}.`);

/** An address outside, held by a port of the service's own. */
async function takeOutside(ctx: Context, network: NetworkRow, deviceId: string, asked: NewFloatingIp) {
  const v4 = (await listSubnetsOn(ctx.db, [network.id])).filter((s) => s.ipVersion === 4);
  if (v4.length === 0) throw bad(`Network ${network.id} does not contain any IPv4 subnet`);
  if (asked.subnet_id && !v4.some((s) => s.id === asked.subnet_id)) throw no.subnet(asked.subnet_id);
  const ip = {
    ...(asked.floating_ip_address && { ip_address: asked.floating_ip_address }),
    ...(asked.subnet_id && { subnet_id: asked.subnet_id }),
  };
  const wanted = Object.keys(ip).length > 0 ? [ip] : undefined;
  const port = await makePort(ctx, network, {
    projectId: "",
    deviceId,
    deviceOwner: owners.floatingIp,
    fixedIps: wanted,
    groupIds: [],
  });
  const address = (await listAddressesOf(ctx.db, [port.id])).find((a) => versionOf(a.ip) === 4);
  if (!address) throw bad(`Network ${network.id} does not contain any IPv4 subnet`);
  return { port, ip: address.ip };
}

async function change(ctx: Context, it: FloatingIp, asked: Partial<NewFloatingIp>): Promise<FloatingIp> {
  const lead = await newLead(ctx, it, asked);
  const moved = lead.portId !== it.portId || lead.fixedIpAddress !== it.fixedIpAddress;
  const to = { description: asked.description ?? it.description, ...lead, ...(moved && { status: "DOWN" }) };
  const changed = await changeRow(ctx.db, "networkFloatingIps", it.id, to, ctx.now);
  if (moved) await ctx.start(realiseFloatingIp, it.id);
  return changed;
}
async function newLead(
  ctx: Context,
  it: FloatingIp,
  { port_id, fixed_ip_address }: Partial<NewFloatingIp>,
): Promise<Lead> {
  const { routerId, fixedIpAddress } = it;
  if (port_id === undefined && fixed_ip_address === undefined) return { portId: it.portId, fixedIpAddress, routerId };
  const portId = port_id === undefined ? it.portId : port_id;
  if (portId === null && fixed_ip_address) throw bad("fixed_ip_address cannot be specified without a port_id");
  if (portId === null) return nowhere;
  return leadTo(ctx, sight(ctx), it, portId, fixed_ip_address ?? null);
}

async function remove(ctx: Context, it: FloatingIp): Promise<void> {
  await ctx.cancel(it.id);
  await deleteRow(ctx.db, "networkFloatingIps", it.id);
  const port = await findRow(ctx.db, "networkPorts", it.floatingPortId);
  if (port) await removePort(ctx, port);
  await ctx.start(realiseFloatingIp, it.id);
}

import type { Rule } from "#platform/api/rules.ts";
import { findNetwork } from "../network/network.store.ts";
import type { NetworkRow } from "../network/network.ts";
import { startRoutersOf } from "../realise/follow.work.ts";
import { clash, no, notAuthorized } from "../refusals.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { changeRow, findRow } from "../resource/resource.store.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { findGroup } from "../security-group/security-group.store.ts";
import { listAddressesOf } from "./address.store.ts";
import { reallocate } from "./allocate.work.ts";
import { portGuards, portOwnerGuards, portRules } from "./port.rules.ts";
import { type NewPort, portAttributes, type WantedPair } from "./port.schema.ts";
import { findPort, hasMac, listGroupsOf, listPorts, setGroups } from "./port.store.ts";
import { type AddressPair, isSwitchPort, owners, type Port } from "./port.ts";
import { portView } from "./port.view.ts";
import { macInUse, makePort, removePort } from "./port.work.ts";
import { realisePort } from "./realise.saga.ts";

const ports: Resource<Port, NewPort> = {
  one: "port",
  many: "ports",
  rules: portRules,
  attributes: portAttributes,
  guards: portGuards,
  missing: no.port,
  find: (ctx, id) => findPort(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listPorts(ctx.db, sight(ctx), asked),
  views,
  create,
  change,
  remove,
};

export const portRoutes = [...resourceRoutes(ports), ...tagRoutes(ports, "networkPorts")];

async function views(ctx: Context, rows: readonly Port[]) {
  const ids = rows.map((row) => row.id);
  const [allAddresses, allGroups] = await Promise.all([listAddressesOf(ctx.db, ids), listGroupsOf(ctx.db, ids)]);
  const addresses = Map.groupBy(allAddresses, (a) => a.portId);
  const groups = Map.groupBy(allGroups, (g) => g.portId);
  const rule = portGuards["get_port:binding:host_id"] as Rule;
  return rows.map((row) =>
    portView(
      row,
      addresses.get(row.id) ?? [],
      (groups.get(row.id) ?? []).map((g) => g.groupId),
      ctx.may(rule, { projectId: row.projectId }),
    ),
  );
}

async function create(ctx: Context, asked: NewPort, projectId: string): Promise<Port> {
  const network = await findNetwork(ctx.db, sight(ctx), asked.network_id);
  if (!network) throw no.network(asked.network_id);
  checkOwner(ctx, network, "create", asked);
  checkDevice(ctx, asked);
  const portSecurityEnabled = asked.port_security_enabled ?? network.portSecurityEnabled;
  checkSecurity(portSecurityEnabled, asked.security_groups ?? [], asked.allowed_address_pairs ?? []);
  const groupIds = await groupsFor(ctx, asked.security_groups, portSecurityEnabled);
  const it = await makePort(ctx, network, {
    projectId,
    name: asked.name,
    description: asked.description,
    adminStateUp: asked.admin_state_up,
    ...(asked.mac_address && { macAddress: asked.mac_address }),
    fixedIps: asked.fixed_ips ?? undefined,
    groupIds,
    deviceId: asked.device_id,
    deviceOwner: asked.device_owner,
    portSecurityEnabled,
    extraDhcpOpts: asked.extra_dhcp_opts ?? [],
    host: asked["binding:host_id"] ?? "",
    vnicType: asked["binding:vnic_type"] ?? "normal",
    bindingProfile: asked["binding:profile"] ?? {},
    tags: asked.tags,
  });
  if (!asked.allowed_address_pairs?.length) return it;
  const pairs = pairsOf(asked.allowed_address_pairs, it.macAddress);
  return changeRow(ctx.db, "networkPorts", it.id, { allowedAddressPairs: pairs, revision: 0 }, ctx.now);
}

async function change(ctx: Context, it: Port, asked: Partial<NewPort>): Promise<Port> {
  const network = (await findRow(ctx.db, "networkNetworks", it.networkId))!;
  checkOwner(ctx, network, "update", asked);
  checkDevice(ctx, asked);
  const secured = asked.port_security_enabled ?? it.portSecurityEnabled;
  const groups = asked.security_groups ?? (await listGroupsOf(ctx.db, [it.id])).map((g) => g.groupId);
  checkSecurity(secured, groups, asked.allowed_address_pairs ?? it.allowedAddressPairs);
  const macAddress = asked.mac_address ?? it.macAddress;
  if (macAddress !== it.macAddress) await checkMac(ctx, it, macAddress);
  const to = {
    name: asked.name ?? it.name,
    description: asked.description ?? it.description,
    adminStateUp: asked.admin_state_up ?? it.adminStateUp,
    macAddress,
    deviceId: asked.device_id ?? it.deviceId,
    deviceOwner: asked.device_owner ?? it.deviceOwner,
    portSecurityEnabled: secured,
    allowedAddressPairs:
      asked.allowed_address_pairs === undefined
        ? it.allowedAddressPairs
        : pairsOf(asked.allowed_address_pairs ?? [], macAddress),
    extraDhcpOpts: asked.extra_dhcp_opts === undefined ? it.extraDhcpOpts : (asked.extra_dhcp_opts ?? []),
    host: asked["binding:host_id"] === undefined ? it.host : (asked["binding:host_id"] ?? ""),
    vnicType: asked["binding:vnic_type"] ?? it.vnicType,
    bindingProfile: asked["binding:profile"] === undefined ? it.bindingProfile : (asked["binding:profile"] ?? {}),
  };
  if (asked.security_groups !== undefined)
    await setGroups(ctx.db, it.id, (await groupsFor(ctx, asked.security_groups ?? [], secured))!);
  if (asked.fixed_ips) await reallocate(ctx, network, it, asked.fixed_ips);
  const changed = await changeRow(ctx.db, "networkPorts", it.id, to, ctx.now);
  if (isSwitchPort(changed)) await ctx.start(realisePort, it.id);
  else await startRoutersOf(ctx, changed);
  return changed;
}

async function remove(ctx: Context, it: Port): Promise<void> {
  const kept = [owners.routerInterface, owners.routerGateway, owners.floatingIp] as string[];
  if (kept.includes(it.deviceOwner))
    throw clash(
      "ServicePortInUse",
      `Port ${it.id} cannot be deleted directly via the port API: has device owner ${it.deviceOwner}.`,
    );
  await removePort(ctx, it);
  if (it.deviceOwner.startsWith("compute:")) await ctx.emit("port.deleted", { portId: it.id, serverId: it.deviceId });
}

/** What only an administrator or the network's owner may set. */
function checkOwner(ctx: Context, network: NetworkRow, way: "create" | "update", asked: Partial<NewPort>): void {
  const ips = asked.fixed_ips?.some((one) => one.ip_address);
  const { mac_address, port_security_enabled, allowed_address_pairs } = asked;
  const said = { mac_address, port_security_enabled, allowed_address_pairs, "fixed_ips:ip_address": ips || undefined };
  for (const [name, value] of Object.entries(said)) {
    const rule = portOwnerGuards[`${way}_port:${name}`]!;
    if (value != null && !ctx.may(rule, { projectId: network.projectId }))
      throw notAuthorized(`${way}_port`, rule.name);
  }
}
/** Ports of the service's own are for administrators. */
function checkDevice(ctx: Context, { device_owner }: Partial<NewPort>): void {
  const rule = portGuards["create_port:device_owner:network"] as Rule;
  if (device_owner?.startsWith("network:") && !ctx.may(rule, {})) throw notAuthorized("create_port", rule.name);
}
function checkSecurity(secured: boolean, groups: readonly string[], pairs: readonly WantedPair[]): void {
  if (secured) return;
  if (groups.length > 0)
    throw clash(
      "PortSecurityAndIPRequiredForSecurityGroups",
      "Port security must be enabled and port must have an IP address in order to use security groups.",
    );
  if (pairs.length > 0)
    throw clash(
      "AddressPairAndPortSecurityRequired",
      "Port Security must be enabled in order to have allowed address pairs on a port.",
    );
}
async function checkMac(ctx: Context, it: Port, macAddress: string): Promise<void> {
  if (it.host)
    throw clash(
      "PortBound",
      `Unable to complete operation on port ${it.id}, port is already bound, port type: ovs, old_mac ${it.macAddress}, new_mac ${macAddress}.`,
    );
  if (await hasMac(ctx.db, it.networkId, macAddress)) throw macInUse({ networkId: it.networkId, macAddress });
}
/** The groups asked for, all of them there; undefined: nobody asked. */
async function groupsFor(ctx: Context, asked: readonly string[] | null | undefined, secured: boolean) {
  if (asked === undefined || asked === null) return secured ? undefined : [];
  for (const id of asked) if (!(await findGroup(ctx.db, sight(ctx), id))) throw no.securityGroup(id);
  return asked;
}
function pairsOf(pairs: readonly WantedPair[], mac: string): AddressPair[] {
  return pairs.map(({ ip_address, mac_address }) => ({ ip_address, mac_address: mac_address ?? mac }));
}

import type { FloatingIpSpec, NetworkSpec, PortSpec, RouterSpec, SecurityGroupSpec, SubnetSpec } from "../driver.ts";
import { findFloatingIp } from "../floating-ip/floating-ip.store.ts";
import { metadataDevice, type NetworkRow } from "../network/network.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { listGroupsOf, listInterfaces, listPortsById, listPortsOf } from "../port/port.store.ts";
import { isSwitchPort, type Port } from "../port/port.ts";
import { prefixOf } from "../resource/ip.ts";
import { findRow, type NetworkDb } from "../resource/resource.store.ts";
import { listGroupsById } from "../security-group/security-group.store.ts";
import { listRulesOf } from "../security-group-rule/security-group-rule.store.ts";
import { listSubnetsById, listSubnetsOn } from "../subnet/subnet.store.ts";
import type { Subnet } from "../subnet/subnet.ts";
import type { Wish } from "./wish.ts";

/** What the data plane is to have for a network, as the rows have it now; null: nothing. */
export async function networkWish(db: NetworkDb, id: string): Promise<Wish<NetworkSpec> | null> {
  const it = await findRow(db, "networkNetworks", id);
  if (!it) return null;
  const subnets = await listSubnetsOn(db, [id]);
  const [port] = await listPortsOf(db, [metadataDevice(id)]);
  const cidrs = port ? await cidrsOf(db, port) : [];
  const spec: NetworkSpec = {
    id,
    name: it.name,
    mtu: it.mtu,
    external: it.external,
    provider: providerOf(it),
    subnets: subnets.map(subnetSpec),
    metadata: port && cidrs.length > 0 ? { portId: port.id, mac: port.macAddress, cidrs } : null,
  };
  return { spec, waitsFor: null };
}
function providerOf({ networkType, physicalNetwork, segmentationId }: NetworkRow): NetworkSpec["provider"] {
  if (networkType === "geneve") return null;
  return { kind: networkType, physicalNetwork: physicalNetwork ?? "", vlan: segmentationId };
}
function subnetSpec(it: Subnet): SubnetSpec {
  return {
    id: it.id,
    cidr: it.cidr,
    version: it.ipVersion,
    gatewayIp: it.gatewayIp,
    dhcp: it.enableDhcp,
    dns: it.dnsNameservers,
    hostRoutes: it.hostRoutes,
  };
}

export type PortWish = Wish<PortSpec>;

/** What the data plane is to have for a port; null: nothing. */
export async function portWish(db: NetworkDb, id: string): Promise<PortWish | null> {
  const it = await findRow(db, "networkPorts", id);
  if (!it || !isSwitchPort(it)) return null;
  const groups = (await listGroupsOf(db, [id])).map((g) => g.groupId);
  const spec: PortSpec = {
    id,
    networkId: it.networkId,
    mac: it.macAddress,
    ips: (await listAddressesOf(db, [id])).map(({ ip, subnetId }) => ({ ip, subnetId })),
    enabled: it.adminStateUp,
    portSecurity: it.portSecurityEnabled,
    securityGroups: groups,
    allowedPairs: it.allowedAddressPairs.map((p) => ({
      ip: p.ip_address,
      mac: p.mac_address === it.macAddress ? null : p.mac_address,
    })),
    host: it.host || null,
    hostname: it.dnsName || null,
  };
  return { spec, waitsFor: await missingFor(db, it, groups) };
}
async function missingFor(
  db: NetworkDb,
  { networkId }: Port,
  groupIds: readonly string[],
): Promise<PortWish["waitsFor"]> {
  const network = await findRow(db, "networkNetworks", networkId);
  if (!network?.realised) return { event: "network.realised", about: networkId };
  const group = (await listGroupsById(db, groupIds)).find((g) => !g.realised);
  return group ? { event: "security-group.realised", about: group.id } : null;
}

/** What the data plane is to have for a router; null: nothing. */
export async function routerWish(db: NetworkDb, id: string): Promise<Wish<RouterSpec> | null> {
  const it = await findRow(db, "networkRouters", id);
  if (!it) return null;
  const legs = await listInterfaces(db, id);
  const [gateway] = await listPortsById(db, it.gatewayPortId ? [it.gatewayPortId] : []);
  const interfaces = [];
  for (const leg of legs) interfaces.push(await legOf(db, leg));
  const spec: RouterSpec = {
    id,
    name: it.name,
    enabled: it.adminStateUp,
    interfaces,
    gateway: gateway
      ? { ...(await legOf(db, gateway)), nexthops: await nexthopsOf(db, gateway), snat: it.enableSnat }
      : null,
    routes: it.routes,
  };
  const waiting = await firstUnrealised(db, gateway ? [...legs, gateway] : legs);
  return { spec, waitsFor: waiting ? { event: "network.realised", about: waiting } : null };
}
async function legOf(db: NetworkDb, port: Port) {
  return { portId: port.id, networkId: port.networkId, mac: port.macAddress, cidrs: await cidrsOf(db, port) };
}
async function nexthopsOf(db: NetworkDb, gateway: Port): Promise<string[]> {
  const addresses = await listAddressesOf(db, [gateway.id]);
  const subnets = await listSubnetsById(
    db,
    addresses.map((a) => a.subnetId),
  );
  return [...new Set(subnets.map((s) => s.gatewayIp).filter((ip) => ip !== null))];
}
async function firstUnrealised(db: NetworkDb, ports: readonly Port[]): Promise<string | undefined> {
  for (const { networkId } of ports) if (!(await findRow(db, "networkNetworks", networkId))?.realised) return networkId;
  return undefined;
}
/** A port's addresses with the lengths of their subnets' prefixes. */
async function cidrsOf(db: NetworkDb, { id }: Port): Promise<string[]> {
  const addresses = await listAddressesOf(db, [id]);
  const subnets = await listSubnetsById(
    db,
    addresses.map((a) => a.subnetId),
  );
  const lengths = new Map(subnets.map((s) => [s.id, prefixOf(s.cidr)]));
  return addresses.map((a) => `${a.ip}/${lengths.get(a.subnetId)}`);
}

/** What the data plane is to have for a floating address; null: nothing. */
export async function floatingIpWish(db: NetworkDb, id: string): Promise<Wish<FloatingIpSpec> | null> {
  const it = await findFloatingIp(db, null, id);
  if (!it?.portId || !it.routerId || !it.fixedIpAddress) return null;
  const { routerId, portId, floatingIpAddress: floatingIp, fixedIpAddress: fixedIp } = it;
  const router = await findRow(db, "networkRouters", routerId);
  const waitsFor = router?.realised ? null : { event: "router.realised", about: routerId };
  return { spec: { id, routerId, floatingIp, fixedIp, portId }, waitsFor };
}

/** What the data plane is to have for a security group; null: nothing. */
export async function groupWish(db: NetworkDb, id: string): Promise<Wish<SecurityGroupSpec> | null> {
  const it = await findRow(db, "networkSecurityGroups", id);
  if (!it) return null;
  const rules = (await listRulesOf(db, [id])).map((rule) => ({
    id: rule.id,
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol,
    portMin: rule.portRangeMin,
    portMax: rule.portRangeMax,
    remoteIp: rule.remoteIpPrefix,
    remoteGroupId: rule.remoteGroupId,
  }));
  return { spec: { id, name: it.name, stateful: it.stateful, rules }, waitsFor: null };
}

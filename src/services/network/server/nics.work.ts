import { listFloatingIpsTo } from "../floating-ip/floating-ip.store.ts";
import type { FloatingIp } from "../floating-ip/floating-ip.ts";
import type { Nic, NicIp } from "../index.ts";
import { listNetworksById } from "../network/network.store.ts";
import { listAddressesOf } from "../port/address.store.ts";
import { listPortsOf, listTapsOf } from "../port/port.store.ts";
import type { Address, Port } from "../port/port.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import { listSubnetsById } from "../subnet/subnet.store.ts";
import type { Subnet } from "../subnet/subnet.ts";

/** The network cards of servers, in the order in which their ports were taken. */
export async function nicsOf(db: NetworkDb, serverIds: readonly string[]): Promise<Map<string, Nic[]>> {
  const ports = await listPortsOf(db, serverIds);
  const ids = ports.map((port) => port.id);
  const networks = byId(await listNetworksById(db, unique(ports.map((port) => port.networkId))));
  const addresses = await listAddressesOf(db, ids);
  const subnets = byId(await listSubnetsById(db, unique(addresses.map((a) => a.subnetId))));
  const floating = await listFloatingIpsTo(db, ids);
  const taps = new Map((await listTapsOf(db, serverIds)).map((tap) => [tap.portId, tap]));
  const found = new Map<string, Nic[]>(serverIds.map((id) => [id, []]));
  for (const port of ports) {
    const ips = addresses.filter((a) => a.portId === port.id).map((a) => ipOf(a, subnets.get(a.subnetId)!, floating));
    const network = networks.get(port.networkId)!;
    const tap = taps.get(port.id);
    const device = tap?.host === port.host ? tap.device : null;
    found.get(port.deviceId)?.push({ ...nicOf(port), networkName: network.name, mtu: network.mtu, device, ips });
  }
  return found;
}

function nicOf({ id: portId, networkId, macAddress: mac, status, nicTag: tag }: Port) {
  return { portId, networkId, mac, status, tag };
}
function ipOf({ ip, portId }: Address, subnet: Subnet, floating: readonly FloatingIp[]): NicIp {
  return {
    ip,
    version: subnet.ipVersion,
    subnetId: subnet.id,
    cidr: subnet.cidr,
    gatewayIp: subnet.gatewayIp,
    dns: subnet.dnsNameservers,
    floatingIps: floating.filter((f) => f.portId === portId && f.fixedIpAddress === ip).map((f) => f.floatingIpAddress),
  };
}
function byId<R extends { readonly id: string }>(rows: readonly R[]): Map<string, R> {
  return new Map(rows.map((row) => [row.id, row]));
}
function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

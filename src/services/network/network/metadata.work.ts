import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { dropAddress, listAddressesOf, takeFree } from "../port/address.store.ts";
import { listPortsOf } from "../port/port.store.ts";
import { owners, type Port } from "../port/port.ts";
import { makePort } from "../port/port.work.ts";
import { noAddress } from "../refusals.ts";
import { listSubnetsOn } from "../subnet/subnet.store.ts";
import { metadataDevice, type NetworkRow } from "./network.ts";

type Work = Tx<NetworkScope>;

/** Gives the network's metadata port an address in each IPv4 subnet that has DHCP, and in no other. */
export async function placeMetadata(tx: Work, network: NetworkRow): Promise<void> {
  const subnets = (await listSubnetsOn(tx.db, [network.id])).filter((s) => s.enableDhcp && s.ipVersion === 4);
  const port = await metadataPort(tx, network, subnets.length > 0);
  if (!port) return;
  const held = await listAddressesOf(tx.db, [port.id]);
  for (const address of held) if (!subnets.some((s) => s.id === address.subnetId)) await dropAddress(tx.db, address);
  for (const subnet of subnets) {
    if (held.some((address) => address.subnetId === subnet.id)) continue;
    const ip = await takeFree(tx.db, { portId: port.id, subnetId: subnet.id, place: 0 });
    if (!ip) throw noAddress(network.id);
  }
}

async function metadataPort(tx: Work, network: NetworkRow, wanted: boolean): Promise<Port | undefined> {
  const deviceId = metadataDevice(network.id);
  const [there] = await listPortsOf(tx.db, [deviceId]);
  if (there || !wanted) return there;
  return makePort(tx, network, { projectId: network.projectId, deviceId, deviceOwner: owners.metadata, fixedIps: [] });
}

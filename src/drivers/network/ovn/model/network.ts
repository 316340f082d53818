import { Refused } from "#platform/service/driver.ts";
import type { NetworkSpec, SubnetSpec } from "#services/network/driver.ts";
import { macOf, rowId } from "../ids.ts";
import type { Plan, Wish } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { dhcpOptions } from "./dhcp.ts";
import { exactly, ids, idsOf, options } from "./owned.ts";
import { dhcpOf, switchOf, switchPorts } from "./places.ts";
import { portsWithDhcp } from "./port-dhcp.ts";

/** A network is a logical switch, with a port to the physical network and one for metadata where it has them. */
export function networkPlan(replica: Replica, spec: NetworkSpec, physicalNetworks: ReadonlySet<string>): Plan {
  const answers = spec.subnets.filter(({ dhcp }) => dhcp).map((subnet) => dhcpRow(spec, subnet));
  const rows = [
    switchRow(spec),
    ...physicalPort(spec, physicalNetworks),
    ...metadataPort(spec),
    ...answers,
    ...portsWithDhcp(replica, spec.id, (dhcp) => answers.some(({ uuid }) => uuid === dhcp.uuid)),
  ];
  return exactly(replica, "network", spec.id, { rows });
}

function switchRow({ id, name, mtu }: NetworkSpec): Wish {
  const other_config = { mcast_snoop: "false", mcast_flood_unregistered: "false" };
  const external_ids = ids("network", id, { "crunch:name": name, "crunch:mtu": String(mtu) });
  return { ...switchOf(id), row: { name: id, other_config, external_ids } };
}

function physicalPort({ id, provider }: NetworkSpec, physicalNetworks: ReadonlySet<string>): readonly Wish[] {
  if (!provider) return [];
  if (!physicalNetworks.has(provider.physicalNetwork)) {
    throw new Refused(`No host of this cloud has the physical network ${provider.physicalNetwork}`);
  }
  const row = {
    name: `localnet-${id}`,
    type: "localnet",
    addresses: ["unknown"],
    options: { network_name: provider.physicalNetwork, mcast_flood: "false", mcast_flood_reports: "true" },
    tag: provider.vlan,
    external_ids: ids("network", id),
  };
  return [{ ...localnetOf(id), row, in: switchPorts(id) }];
}

const localnetOf = (networkId: string) => ({ table: "Logical_Switch_Port", uuid: rowId(networkId, "localnet") });

/** Whether the network leads out to a physical one. */
export function isPhysical(replica: Replica, networkId: string): boolean {
  const { table, uuid } = localnetOf(networkId);
  return replica.row(table, uuid) !== undefined;
}

const metadataCidrs = "crunch:metadata-cidrs";

function metadataPort({ id, metadata }: NetworkSpec): readonly Wish[] {
  if (!metadata) return [];
  const { portId, mac, cidrs } = metadata;
  const row = {
    name: portId,
    type: "localport",
    addresses: [[mac, ...cidrs.map((cidr) => cidr.split("/")[0])].join(" ")],
    options: {},
    enabled: true,
    external_ids: ids("network", id, { [metadataCidrs]: cidrs.join(","), "crunch:metadata-mac": mac }),
  };
  return [{ table: "Logical_Switch_Port", uuid: rowId(portId), row, in: switchPorts(id) }];
}

/** What the row of a network's metadata port says, for the host that opens it. */
export function metadataOf(replica: Replica, networkId: string) {
  const owned = replica.owned(`network:${networkId}`).map(({ table, uuid }) => replica.row(table, uuid));
  const found = owned.find((row) => row?.type === "localport");
  if (!found) return undefined;
  const cidrs = idsOf(found).get(metadataCidrs)!;
  const mac = idsOf(found).get("crunch:metadata-mac")!;
  return {
    networkId,
    portId: String(found.name),
    mac,
    mtu: Number(mtuOf(replica, networkId)),
    cidrs: cidrs ? cidrs.split(",") : [],
  };
}

export const mtuOf = (replica: Replica, networkId: string) =>
  idsOf(replica.row("Logical_Switch", rowId(networkId))).get("crunch:mtu") ?? "";

function dhcpRow(network: NetworkSpec, subnet: SubnetSpec): Wish {
  const row = {
    cidr: subnet.cidr,
    options: options(dhcpOptions(network, subnet, macOf(subnet.id))),
    external_ids: ids("network", network.id, { "crunch:id": subnet.id }),
  };
  return { ...dhcpOf(subnet.id), row };
}

/** Whether guests of a network are told their IPv6 addresses by DHCP. */
export function hasDhcp6(replica: Replica, networkId: string): boolean {
  const owned = replica.owned(`network:${networkId}`).filter(({ table }) => table === "DHCP_Options");
  return owned.some(({ table, uuid }) => String(replica.row(table, uuid)?.cidr).includes(":"));
}

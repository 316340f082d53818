import { rowId } from "../ids.ts";
import type { Plan, Wish } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";

export interface BridgeWish {
  readonly name: string;
  readonly datapath: "netdev" | "system";
  /** "secure": nothing passes but by the flows of OVN; "standalone": a plain learning switch. */
  readonly mode: "secure" | "standalone";
}
export interface ChassisWish {
  readonly name: string;
  readonly remote: string;
  readonly encap: { readonly type: string; readonly ip: string };
  readonly integration: string;
  readonly datapath: "netdev" | "system";
  /** Physical network → bridge. */
  readonly mappings: Readonly<Record<string, string>>;
}

/** The bridges, and what the host's ovn-controller reads about itself. */
export function bridgesPlan(replica: Replica, chassis: ChassisWish, bridges: readonly BridgeWish[]): Plan {
  const [root = rowId("Open_vSwitch", "root")] = replica.rows("Open_vSwitch").keys();
  const rows = bridges.flatMap((bridge) => bridgeRows(replica, root, bridge));
  return {
    rows: [{ table: "Open_vSwitch", uuid: root, row: { external_ids: { including: chassisIds(chassis) } } }, ...rows],
  };
}

const chassisIds = ({ name, remote, encap, integration, datapath, mappings }: ChassisWish) => ({
  "system-id": name,
  hostname: name,
  "ovn-remote": remote,
  "ovn-encap-type": encap.type,
  "ovn-encap-ip": encap.ip,
  "ovn-bridge": integration,
  "ovn-bridge-datapath-type": datapath,
  "ovn-monitor-all": "true",
  "ovn-bridge-mappings": Object.entries(mappings)
    .map(([network, bridge]) => `${network}:${bridge}`)
    .join(","),
});

function bridgeRows(replica: Replica, root: string, { name, datapath, mode }: BridgeWish): readonly Wish[] {
  const uuid = bridgeId(replica, name);
  const row = { name, datapath_type: datapath, fail_mode: mode, other_config: { "disable-in-band": "true" } };
  const place = { table: "Open_vSwitch", uuid: root, column: "bridges" };
  const known = replica.row("Bridge", uuid);
  return [{ table: "Bridge", uuid, row, in: place }, ...(known ? [] : ownPort(name, uuid))];
}

const ownPort = (name: string, bridge: string) => portRows({ name, bridge, type: "internal", ids: {}, port: {} });

/** A bridge is found by its name: ovn-controller may have been quicker. */
export function bridgeId(replica: Replica, name: string): string {
  const found = [...replica.rows("Bridge")].find(([, row]) => row.name === name);
  return found?.[0] ?? rowId(name, "bridge");
}

export interface PortWish {
  readonly name: string;
  readonly bridge: string;
  readonly type: "" | "internal";
  /** The interface's external_ids. */
  readonly ids: Readonly<Record<string, string>>;
  /** The port's external_ids. */
  readonly port: Readonly<Record<string, string>>;
}

/** A device joined to a bridge. */
export function portRows({ name, bridge, type, ids, port }: PortWish): readonly Wish[] {
  const [portUuid, interfaceUuid] = [rowId(name, "port"), rowId(name, "interface")];
  const place = { table: "Bridge", uuid: bridge, column: "ports" };
  return [
    { table: "Interface", uuid: interfaceUuid, row: { name, type, external_ids: { including: ids } } },
    { table: "Port", uuid: portUuid, row: { name, interfaces: [interfaceUuid], external_ids: port }, in: place },
  ];
}

export const portOf = (device: string) => ({ table: "Port", uuid: rowId(device, "port") });
export const interfaceOf = (device: string) => ({ table: "Interface", uuid: rowId(device, "interface") });

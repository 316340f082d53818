import type { PortSpec } from "#services/network/driver.ts";
import { rowId } from "../ids.ts";
import type { Membership, Plan } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import type { Row } from "../ovsdb/values.ts";
import { dropGroup, dropGroupRows } from "./drop-group.ts";
import { groupOf, groupsOf } from "./groups.ts";
import { exactly, ids, idsOf, options } from "./owned.ts";
import { switchPorts } from "./places.ts";
import { dhcpRefs, portSubnets } from "./port-dhcp.ts";

/** A port is a logical switch port, a member of the port groups that its security groups are. */
export function portPlan(replica: Replica, spec: PortSpec): Plan {
  const guarded = spec.portSecurity ? dropGroupRows : [];
  const port = { ...portRef(spec.id), row: portRow(replica, spec), in: switchPorts(spec.networkId) };
  const plan = exactly(replica, "port", spec.id, { rows: [port], members: groupMembers(replica, spec) });
  return { ...plan, rows: [...guarded, port] };
}

export const portRef = (portId: string) => ({ table: "Logical_Switch_Port", uuid: rowId(portId) });

function portRow(replica: Replica, spec: PortSpec) {
  const own = [spec.mac, ...spec.ips.map(({ ip }) => ip)].join(" ");
  const subnets = spec.ips.map(({ ip, subnetId }) => `${ip.includes(":") ? 6 : 4}:${subnetId}`).join(" ");
  const others = spec.allowedPairs.filter(({ mac }) => mac && mac.toLowerCase() !== spec.mac.toLowerCase());
  return {
    name: spec.id,
    type: "",
    addresses: [own, ...others.map(pairAddress), ...(spec.portSecurity ? [] : ["unknown"])],
    port_security: spec.portSecurity ? secured(spec) : [],
    enabled: spec.enabled,
    options: options({ "requested-chassis": spec.host, hostname: quoted(spec.hostname) }),
    ...dhcpRefs(subnets, ({ table, uuid }) => replica.row(table, uuid) !== undefined),
    external_ids: ids("port", spec.id, {
      "crunch:network": spec.networkId,
      [portSubnets]: subnets,
      "crunch:groups": spec.portSecurity ? spec.securityGroups.join(" ") : "",
    }),
  };
}

/** It becomes part of a program of OVN's, as it stands. */
function quoted(hostname: string | null): string | null {
  return hostname && /^[0-9A-Za-z.-]+$/.test(hostname) ? `"${hostname}"` : null;
}

/** Nobody owns a whole range, so a range is let through and not answered for. */
const pairAddress = ({ ip, mac }: { ip: string; mac: string | null }) => (ip.includes("/") ? `${mac}` : `${mac} ${ip}`);

/** One entry for each hardware address, with the addresses that it may speak for. */
function secured({ mac, ips, allowedPairs }: PortSpec): readonly string[] {
  const pairs = allowedPairs.map((pair) => ({ mac: (pair.mac ?? mac).toLowerCase(), ip: pair.ip }));
  const all = [...ips.map(({ ip }) => ({ mac: mac.toLowerCase(), ip })), ...pairs];
  const byMac = Map.groupBy(all, (each) => each.mac);
  if (!byMac.size) return [mac];
  return [...byMac].map(([each, entries]) => [each, ...new Set(entries.map(({ ip }) => ip))].join(" "));
}

function groupMembers(replica: Replica, spec: PortSpec): readonly Membership[] {
  const { uuid } = portRef(spec.id);
  const wanted = new Set(
    spec.portSecurity ? [dropGroup.uuid, ...spec.securityGroups.map((id) => groupOf(id).uuid)] : [],
  );
  const had = groupsOf(replica.row("Logical_Switch_Port", uuid)).map((id) => groupOf(id).uuid);
  const left = [...new Set([dropGroup.uuid, ...had])].filter((group) => !wanted.has(group));
  const there = [...wanted].filter((group) => group === dropGroup.uuid || replica.row("Port_Group", group));
  const place = (group: string) => ({ table: "Port_Group", uuid: group, column: "ports" });
  return [
    ...there.map((group) => ({ ...place(group), add: [uuid] })),
    ...left.map((group) => ({ ...place(group), remove: [uuid] })),
  ];
}

export function networkOfPort(replica: Replica, portId: string): string | undefined {
  return idsOf(replica.row("Logical_Switch_Port", rowId(portId))).get("crunch:network");
}

/** The id of a guest's port whose row this is, and whether the data plane has taken it. */
export function portState(row: Row | undefined): { readonly portId: string; readonly up: boolean } | undefined {
  const found = idsOf(row);
  if (found.get("crunch:kind") !== "port") return undefined;
  return { portId: found.get("crunch:id")!, up: row!.up === true };
}

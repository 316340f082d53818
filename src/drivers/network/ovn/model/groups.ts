import { rowId } from "../ids.ts";
import type { Membership } from "../ovsdb/edit.ts";
import type { Ref, Replica } from "../ovsdb/replica.ts";
import type { Atom, Row } from "../ovsdb/values.ts";
import { idsOf } from "./owned.ts";

export const groupOf = (id: string) => ({ table: "Port_Group", uuid: rowId(id) });
/** OVN's names have no dashes. */
export const groupName = (id: string) => `pg_${id.replace(/[^0-9A-Za-z_]/g, "_")}`;

/** The security groups that a port's row says it is in, whether they are there yet or not. */
export function groupsOf(row: Row | undefined): readonly string[] {
  return (idsOf(row).get("crunch:groups") ?? "").split(" ").filter(Boolean);
}

/** For a port that stops being a guest's. */
export function outOfGroups(replica: Replica, port: Ref): readonly Membership[] {
  if (idsOf(replica.row(port.table, port.uuid)).get("crunch:kind") !== "port") return [];
  const groups = [...replica.rows("Port_Group")].filter(([, row]) => (row.ports as ReadonlySet<Atom>).has(port.uuid));
  return groups.map(([uuid]) => ({ table: "Port_Group", uuid, column: "ports", remove: [port.uuid] }));
}

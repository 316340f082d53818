import { rowId } from "../ids.ts";
import type { Row } from "../ovsdb/values.ts";
import { idsOf } from "./owned.ts";

export const groupOf = (id: string) => ({ table: "Port_Group", uuid: rowId(id) });
/** OVN's names have no dashes. */
export const groupName = (id: string) => `pg_${id.replace(/[^0-9A-Za-z_]/g, "_")}`;

/** The security groups that a port's row says it is in, whether they are there yet or not. */
export function groupsOf(row: Row | undefined): readonly string[] {
  return (idsOf(row).get("crunch:groups") ?? "").split(" ").filter(Boolean);
}

import { rowId } from "../ids.ts";
import type { Wish } from "../ovsdb/edit.ts";

/** Every port with port security is in it: what no rule lets through goes no further. */
export const dropGroup = { table: "Port_Group", uuid: rowId("crunch", "drop") };
const [allowPriority, dropPriority] = [1002, 1001];
const dropName = "crunch_drop";

const dropAcl = (part: string, direction: string, match: string, action: string, priority: number): Wish => ({
  table: "ACL",
  uuid: rowId("crunch", "drop", part),
  row: { priority, direction, match, action, external_ids: {} },
  in: { ...dropGroup, column: "acls" },
});

/** A guest may always ask for its own address, by DHCP and by IPv6's neighbour discovery. */
export const dropGroupRows: readonly Wish[] = [
  { ...dropGroup, row: { name: dropName, external_ids: { "crunch:kind": "drop" } } },
  dropAcl("out", "from-lport", `inport == @${dropName} && ip`, "drop", dropPriority),
  dropAcl("in", "to-lport", `outport == @${dropName} && ip`, "drop", dropPriority),
  dropAcl(
    "dhcp",
    "from-lport",
    `inport == @${dropName} && ip4 && udp && udp.src == 68 && udp.dst == 67`,
    "allow",
    allowPriority,
  ),
  dropAcl(
    "dhcp6",
    "from-lport",
    `inport == @${dropName} && ip6 && udp && udp.src == 546 && udp.dst == 547`,
    "allow",
    allowPriority,
  ),
];

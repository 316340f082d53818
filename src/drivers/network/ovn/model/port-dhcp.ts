import type { Wish } from "../ovsdb/edit.ts";
import type { Ref, Replica } from "../ovsdb/replica.ts";
import { idsOf } from "./owned.ts";
import { dhcpOf, switchOf } from "./places.ts";

/** Where a port's row keeps the subnets of its addresses: "4:<id> 6:<id>". */
export const portSubnets = "crunch:subnets";

/** OVN gives one answer for each version: that of the first address whose subnet has one. */
export function dhcpRefs(subnets: string, answers: (dhcp: Ref) => boolean) {
  const find = (version: string) => {
    const own = subnets.split(" ").filter((each) => each.startsWith(version));
    return own.map((each) => dhcpOf(each.slice(version.length))).find(answers)?.uuid ?? null;
  };
  return { dhcpv4_options: find("4:"), dhcpv6_options: find("6:") };
}

/** The ports that are on a network already, when DHCP comes to one of its subnets. */
export function portsWithDhcp(replica: Replica, networkId: string, answers: (dhcp: Ref) => boolean): readonly Wish[] {
  const { table, uuid } = switchOf(networkId);
  const ports = (replica.row(table, uuid)?.ports ?? new Set()) as ReadonlySet<string>;
  return [...ports].flatMap((port) => {
    const subnets = idsOf(replica.row("Logical_Switch_Port", port)).get(portSubnets);
    return subnets ? [{ table: "Logical_Switch_Port", uuid: port, row: dhcpRefs(subnets, answers) }] : [];
  });
}

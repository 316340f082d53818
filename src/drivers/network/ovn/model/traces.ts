import type { Trace } from "#platform/service/trace.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { northbound } from "../tables.ts";

const kinds: Readonly<Record<string, string>> = {
  Logical_Switch: "logical switch",
  Logical_Switch_Port: "logical switch port",
  DHCP_Options: "DHCP options",
  Port_Group: "port group",
  ACL: "ACL",
  Logical_Router: "logical router",
  Logical_Router_Port: "logical router port",
  Gateway_Chassis: "gateway chassis",
  Logical_Router_Static_Route: "static route",
  NAT: "NAT",
};

/** Every row that is there for some resource's sake. */
export function rowTraces(replica: Replica): readonly Trace[] {
  return Object.keys(northbound).flatMap((table) =>
    [...replica.rows(table)].flatMap(([uuid, { external_ids: ids }]) => {
      const subject = ids instanceof Map ? ids.get("crunch:id") : undefined;
      return subject ? [{ kind: kinds[table]!, subject: String(subject), where: `${table}/${uuid}` }] : [];
    }),
  );
}

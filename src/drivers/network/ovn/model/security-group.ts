import { Refused } from "#platform/service/driver.ts";
import type { SecurityGroupSpec, SecurityRuleSpec } from "#services/network/driver.ts";
import { rowId } from "../ids.ts";
import type { Plan, Wish } from "../ovsdb/edit.ts";
import type { Replica } from "../ovsdb/replica.ts";
import { groupName, groupOf, groupsOf } from "./groups.ts";
import { exactly, ids } from "./owned.ts";
import { ruleMatch } from "./rule-match.ts";

/** A security group is a port group with one ACL for each rule. */
export function securityGroupPlan(replica: Replica, spec: SecurityGroupSpec): Plan {
  const group = groupOf(spec.id);
  const ports = [...replica.rows("Logical_Switch_Port")].filter(([, row]) => groupsOf(row).includes(spec.id));
  const row = {
    name: groupName(spec.id),
    ports: ports.map(([uuid]) => uuid),
    external_ids: ids("security-group", spec.id, { "crunch:name": spec.name }),
  };
  const rules = spec.rules.map((rule) => ruleRow(spec, rule));
  return exactly(replica, "security-group", spec.id, { rows: [{ ...group, row }, ...rules] });
}

const allowPriority = 1002;

function ruleRow({ id, stateful }: SecurityGroupSpec, rule: SecurityRuleSpec): Wish {
  const match = ruleMatch(rule, groupName(id), rule.remoteGroupId && groupName(rule.remoteGroupId));
  if (!match) throw new Refused(`Rule ${rule.id}: the protocol ${rule.protocol} cannot be matched`);
  const row = {
    priority: allowPriority,
    direction: rule.direction === "ingress" ? "to-lport" : "from-lport",
    match,
    action: stateful ? "allow-related" : "allow-stateless",
    external_ids: ids("security-group", id, { "crunch:rule": rule.id }),
  };
  return { table: "ACL", uuid: rowId(rule.id), row, in: { ...groupOf(id), column: "acls" } };
}

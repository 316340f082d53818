import type { Tx } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { spend } from "../quota/quota.work.ts";
import { insertRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { insertRule } from "../security-group-rule/security-group-rule.store.ts";
import type { SecurityGroupRule } from "../security-group-rule/security-group-rule.ts";
import { realiseGroup } from "./realise.saga.ts";
import { findDefaultGroup, insertDefaultGroup, listGroupsThatName } from "./security-group.store.ts";
import type { SecurityGroup } from "./security-group.ts";

type Work = Tx<NetworkScope>;

/** The project's default group, made now if nobody needed it before. */
export async function defaultGroup(tx: Work, projectId: string): Promise<SecurityGroup> {
  const there = await findDefaultGroup(tx.db, projectId);
  if (there) return there;
  const it = groupRow(tx, projectId, { name: "default", description: "Default security group", isDefault: true });
  if (!(await insertDefaultGroup(tx.db, it))) return (await findDefaultGroup(tx.db, projectId))!;
  await insertFirstRules(tx, it);
  for (const ethertype of ["IPv4", "IPv6"] as const)
    await insertRule(tx.db, ruleRow(tx, it, { direction: "ingress", ethertype, remoteGroupId: it.id }));
  await tx.start(realiseGroup, it.id);
  return it;
}

interface NewGroup {
  readonly name: string;
  readonly description: string;
  readonly stateful: boolean;
}
/** A new group, which lets everything out. */
export async function makeGroup(tx: Work, projectId: string, asked: NewGroup): Promise<SecurityGroup> {
  await spend(tx, projectId, { security_group: 1, security_group_rule: 2 });
  const it = groupRow(tx, projectId, asked);
  await insertRow(tx.db, "networkSecurityGroups", it);
  await insertFirstRules(tx, it);
  await tx.start(realiseGroup, it.id);
  return it;
}

/** Tells the data plane of a group that is gone, and of those whose rules went with it. */
export async function startGroupsThatName(tx: Work, groupId: string): Promise<void> {
  for (const other of await listGroupsThatName(tx.db, groupId))
    if (other !== groupId) await tx.start(realiseGroup, other);
}

function groupRow(tx: Work, projectId: string, more: Partial<SecurityGroup> & { name: string }): SecurityGroup {
  return {
    ...fresh(tx, projectId),
    description: "",
    stateful: true,
    isDefault: false,
    realised: false,
    tags: [],
    ...more,
  };
}
async function insertFirstRules(tx: Work, group: SecurityGroup): Promise<void> {
  for (const ethertype of ["IPv4", "IPv6"] as const)
    await insertRule(tx.db, ruleRow(tx, group, { direction: "egress", ethertype }));
}
type Direction = Pick<SecurityGroupRule, "direction" | "ethertype">;
function ruleRow(
  tx: Work,
  { id, projectId }: SecurityGroup,
  more: Direction & Partial<SecurityGroupRule>,
): SecurityGroupRule {
  const any = { protocol: null, portRangeMin: null, portRangeMax: null, remoteIpPrefix: null, remoteGroupId: null };
  return { ...fresh(tx, projectId), description: "", securityGroupId: id, ...any, ...more };
}

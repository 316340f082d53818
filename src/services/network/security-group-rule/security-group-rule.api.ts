import { spend } from "../quota/quota.work.ts";
import { clash, no } from "../refusals.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { resourceRules } from "../resource/resource.rules.ts";
import { changeRow, deleteRow } from "../resource/resource.store.ts";
import { fresh } from "../resource/resource.ts";
import { realiseGroup } from "../security-group/realise.saga.ts";
import { findGroup } from "../security-group/security-group.store.ts";
import { checkRule } from "./check.ts";
import { type NewRule, ruleAttributes } from "./security-group-rule.schema.ts";
import { findRule, findSame, insertRule, listRules } from "./security-group-rule.store.ts";
import type { SecurityGroupRule } from "./security-group-rule.ts";
import { ruleView } from "./security-group-rule.view.ts";

const securityGroupRules: Resource<SecurityGroupRule, NewRule> = {
  one: "security_group_rule",
  many: "security_group_rules",
  path: "security-group-rules",
  rules: resourceRules("security_group_rule", "rule of a security group"),
  attributes: ruleAttributes,
  missing: no.securityGroupRule,
  find: (ctx, id) => findRule(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listRules(ctx.db, sight(ctx), asked),
  views: async (_, rows) => rows.map(ruleView),
  create,
  remove,
};

export const securityGroupRuleRoutes = resourceRoutes(securityGroupRules);

async function create(ctx: Context, asked: NewRule, projectId: string): Promise<SecurityGroupRule> {
  const it: SecurityGroupRule = {
    ...fresh(ctx, projectId),
    description: asked.description,
    securityGroupId: asked.security_group_id,
    direction: asked.direction,
    ethertype: asked.ethertype,
    protocol: asked.ethertype === "IPv6" && asked.protocol === "icmp" ? "ipv6-icmp" : asked.protocol,
    portRangeMin: asked.port_range_min,
    portRangeMax: asked.port_range_max,
    remoteIpPrefix: asked.remote_ip_prefix,
    remoteGroupId: asked.remote_group_id,
  };
  for (const id of [it.securityGroupId, it.remoteGroupId]) await checkGroup(ctx, id);
  checkRule(it);
  await spend(ctx, projectId, { security_group_rule: 1 });
  if (!(await insertRule(ctx.db, it)))
    throw clash(
      "SecurityGroupRuleExists",
      `Security group rule already exists. Rule id is ${await findSame(ctx.db, it)}.`,
    );
  await touchGroup(ctx, it);
  return it;
}

async function checkGroup(ctx: Context, id: string | null): Promise<void> {
  if (id !== null && !(await findGroup(ctx.db, sight(ctx), id))) throw no.securityGroup(id);
}

async function remove(ctx: Context, it: SecurityGroupRule): Promise<void> {
  await deleteRow(ctx.db, "networkSecurityGroupRules", it.id);
  await touchGroup(ctx, it);
}

/** A group's rules are part of it: their change is a new revision of the group. */
async function touchGroup(ctx: Context, { securityGroupId }: SecurityGroupRule): Promise<void> {
  await changeRow(ctx.db, "networkSecurityGroups", securityGroupId, {}, ctx.now);
  await ctx.start(realiseGroup, securityGroupId);
}

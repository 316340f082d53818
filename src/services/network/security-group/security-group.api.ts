import type { World } from "#platform/service/kit.ts";
import type { NetworkScope } from "../kit.ts";
import { clash, no } from "../refusals.ts";
import { type Context, type Resource, resourceRoutes, sight } from "../resource/resource.api.ts";
import { resourceRules } from "../resource/resource.rules.ts";
import { changeRow, deleteRow } from "../resource/resource.store.ts";
import { tagRoutes } from "../resource/tag.api.ts";
import { listRulesOf } from "../security-group-rule/security-group-rule.store.ts";
import { ruleView } from "../security-group-rule/security-group-rule.view.ts";
import { realiseGroup } from "./realise.saga.ts";
import { type NewSecurityGroup, securityGroupAttributes } from "./security-group.schema.ts";
import { findDefaultGroup, findGroup, isGroupUsed, listGroups, listGroupsThatName } from "./security-group.store.ts";
import type { SecurityGroup } from "./security-group.ts";
import { securityGroupView } from "./security-group.view.ts";
import { defaultGroup, makeGroup } from "./security-group.work.ts";

const securityGroups: Resource<SecurityGroup, NewSecurityGroup> = {
  one: "security_group",
  many: "security_groups",
  path: "security-groups",
  rules: resourceRules("security_group", "security group"),
  attributes: securityGroupAttributes,
  missing: no.securityGroup,
  find: (ctx, id) => findGroup(ctx.db, sight(ctx), id),
  list: (ctx, asked) => listGroups(ctx.db, sight(ctx), asked),
  prepare,
  views,
  create,
  change,
  remove,
};

export const securityGroupRoutes = [
  ...resourceRoutes(securityGroups),
  ...tagRoutes(securityGroups, "networkSecurityGroups"),
];

/** Whoever looks for groups finds the default one, as Neutron makes it at that moment. */
async function prepare(world: World<NetworkScope>, { actor, db }: Context): Promise<void> {
  const { projectId } = actor;
  if (projectId && !(await findDefaultGroup(db, projectId))) await world.write((tx) => defaultGroup(tx, projectId));
}

async function views(ctx: Context, rows: readonly SecurityGroup[]) {
  const rules = Map.groupBy(
    await listRulesOf(
      ctx.db,
      rows.map((row) => row.id),
    ),
    (rule) => rule.securityGroupId,
  );
  return rows.map((row) => securityGroupView(row, (rules.get(row.id) ?? []).map(ruleView)));
}

async function create(ctx: Context, asked: NewSecurityGroup, projectId: string): Promise<SecurityGroup> {
  await defaultGroup(ctx, projectId);
  if (asked.name.toLowerCase() === "default")
    throw clash("SecurityGroupDefaultAlreadyExists", "Default security group already exists.");
  const { name, description, stateful } = asked;
  return makeGroup(ctx, projectId, { name, description, stateful });
}

async function change(ctx: Context, it: SecurityGroup, asked: Partial<NewSecurityGroup>): Promise<SecurityGroup> {
  if (it.isDefault && asked.name !== undefined && asked.name !== it.name)
    throw clash("SecurityGroupCannotUpdateDefault", "Updating default security group not allowed.");
  if (asked.stateful !== undefined && asked.stateful !== it.stateful && (await isGroupUsed(ctx.db, it.id)))
    throw clash("SecurityGroupInUse", `Security Group ${it.id} in use.`);
  const to = {
    name: asked.name ?? it.name,
    description: asked.description ?? it.description,
    stateful: asked.stateful ?? it.stateful,
  };
  await ctx.start(realiseGroup, it.id);
  return changeRow(ctx.db, "networkSecurityGroups", it.id, to, ctx.now);
}

async function remove(ctx: Context, it: SecurityGroup): Promise<void> {
  if (it.isDefault)
    throw clash("SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.");
  if (await isGroupUsed(ctx.db, it.id)) throw clash("SecurityGroupInUse", `Security Group ${it.id} in use.`);
  const others = (await listGroupsThatName(ctx.db, it.id)).filter((id) => id !== it.id);
  await ctx.cancel(it.id);
  await deleteRow(ctx.db, "networkSecurityGroups", it.id);
  for (const id of [it.id, ...others]) await ctx.start(realiseGroup, id);
}

import { badRequest } from "#platform/api/errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { hexId } from "../identity.ts";
import type { Context } from "../kit.ts";
import { microsToCome } from "../moment.ts";
import { getRoleNamed, listImplied, listRolesOf } from "../role/role.store.ts";
import { implied, type Role } from "../role/role.ts";
import { isDelegated } from "../token/bonds.ts";
import { ensureAccessRule, getAccessRule } from "./access-rule.store.ts";
import type { AskedRule, CreateApplicationCredential } from "./application-credential.schema.ts";
import type { ApplicationCredential } from "./application-credential.ts";

/** How many characters of access rules a token carries: it travels in a header of every request, twice where it asks about itself. */
const ROOM = 4500;

type Asked = CreateApplicationCredential["application_credential"];

/** The application credential that is asked for, if it lends no more than its maker has. */
export async function drawUp(
  ctx: Context,
  asked: Asked,
  own: Pick<ApplicationCredential, "userId" | "projectId" | "secretHash">,
): Promise<ApplicationCredential> {
  return {
    ...own,
    id: hexId(ctx.newId()),
    name: asked.name,
    description: asked.description ?? null,
    unrestricted: asked.unrestricted ?? false,
    expiresUs: asked.expires_at ? microsToCome(asked.expires_at, ctx.now) : null,
    roles: await rolesOf(ctx, own.userId, own.projectId, asked.roles ?? []),
    accessRules: await rulesOf(ctx, own.userId, asked.access_rules ?? []),
  };
}

type AskedRoles = NonNullable<Asked["roles"]>;

/** Those that are asked for and what they imply, or all that the user has; never more than was lent to who asks. */
async function rolesOf(ctx: Context, userId: string, projectId: string, asked: AskedRoles): Promise<Role[]> {
  const { db, actor } = ctx;
  const held = await listEffectiveRoles(ctx, userId, { projectId, domainId: null });
  const mine = isDelegated(actor) ? held.filter(({ name }) => actor.roles.includes(name)) : held;
  const ids =
    asked.length > 0
      ? await Promise.all(asked.map(async ({ id, name }) => id ?? (await getRoleNamed(db, name!)).id))
      : mine.map(({ id }) => id);
  const all = [...implied(ids, await listImplied(db)).keys()];
  const unassigned = "Invalid application credential: Cannot create an application credential with unassigned role";
  if (all.length === 0 || !all.every((id) => mine.some((it) => it.id === id))) throw badRequest(unassigned);
  return listRolesOf(db, all);
}

async function rulesOf(ctx: Context, userId: string, asked: readonly AskedRule[]) {
  const found = new Map<string, Awaited<ReturnType<typeof getAccessRule>>>();
  for (const one of asked) {
    const it = await ruleOf(ctx, userId, one);
    found.set(it.id, it);
  }
  const rules = [...found.values()].map(({ id, service, method, path }) => ({ id, service, method, path }));
  if (JSON.stringify(rules).length > ROOM)
    throw badRequest("Invalid application credential: The access rules are more than a token can carry.");
  return rules;
}

function ruleOf(ctx: Context, userId: string, { id, service, method, path }: AskedRule) {
  if (service && method && path)
    return ensureAccessRule(ctx.db, { id: hexId(ctx.newId()), userId, service, method, path });
  if (id && !service && !method && !path) return getAccessRule(ctx.db, userId, id);
  throw badRequest("Invalid application credential: an access rule has a service, a method and a path, or an id");
}

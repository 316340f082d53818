import { badRequest } from "#platform/api/errors.ts";
import { mayNot, missing } from "../errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { extraOf, hexId } from "../identity.ts";
import type { Context } from "../kit.ts";
import { microsToCome } from "../moment.ts";
import { getProject } from "../project/project.store.ts";
import { getRoleNamed } from "../role/role.store.ts";
import { bondsOf, isDelegated } from "../token/bonds.ts";
import { getUser } from "../user/user.store.ts";
import { type CreateTrust, trustNames } from "./trust.schema.ts";
import { getTrust, pedigree } from "./trust.store.ts";
import { DEEPEST, fitsInto, refused, type Trust } from "./trust.ts";

type Asked = CreateTrust["trust"];

/** The trust that is asked for, if it gives away no more than its maker has. */
export async function drawUp(ctx: Context, asked: Asked): Promise<Trust> {
  if (asked.project_id && !asked.roles?.length) throw mayNot("At least one role should be specified");
  if (asked.trustor_user_id !== ctx.actor.userId) throw mayNot("The authenticated user should match the trustor");
  await getUser(ctx.db, asked.trustee_user_id);
  const above = await madeWith(ctx);
  const roleIds = await rolesOf(ctx, asked, above.at(-1)?.trustorUserId ?? asked.trustor_user_id);
  const it: Trust = {
    id: hexId(ctx.newId()),
    trustorUserId: asked.trustor_user_id,
    trusteeUserId: asked.trustee_user_id,
    projectId: asked.project_id || null,
    impersonation: asked.impersonation,
    expiresUs: asked.expires_at == null ? (above[0]?.expiresUs ?? null) : microsToCome(asked.expires_at, ctx.now),
    remainingUses: asked.remaining_uses ?? null,
    redelegatedTrustId: above[0]?.id ?? null,
    redelegationCount: depth(asked, above[0]),
    roleIds,
    extra: extraOf(asked, trustNames),
  };
  for (const parent of above) fitsInto(parent, it);
  return it;
}

/** The chain of trusts that somebody acts by who now trusts a third. */
async function madeWith({ db, actor, now }: Context): Promise<Trust[]> {
  const { trust } = bondsOf(actor);
  if (isDelegated(actor) && !trust) throw mayNot("Redelegation allowed for delegated by trust only");
  return trust ? pedigree(db, await getTrust(db, trust.id, now), now) : [];
}

/** How many trusts may be made with it in turn. */
function depth({ allow_redelegation, redelegation_count: count, remaining_uses }: Asked, parent?: Trust): number {
  if (!allow_redelegation || count === 0) return 0;
  if (count && count > DEEPEST) throw refused();
  if (remaining_uses != null) throw badRequest("remaining_uses must not be set if redelegation is allowed");
  if (!parent) return count ?? DEEPEST;
  const left = parent.redelegationCount - 1;
  if (count && count !== left) throw refused();
  return Math.max(left, 0);
}

/** By ids; all must be the first trustor's own, those of a domain included. */
async function rolesOf(ctx: Context, { roles = [], project_id: projectId }: Asked, userId: string): Promise<string[]> {
  const { db } = ctx;
  const ids = await Promise.all(roles.map(async ({ id, name }) => id ?? (await getRoleNamed(db, name!)).id));
  if (!projectId) {
    if (ids[0]) throw missing("role", ids[0]);
    return [];
  }
  await getProject(db, projectId);
  const held = await listEffectiveRoles(ctx, userId, { projectId, domainId: null }, [], { ofDomains: true });
  for (const id of ids) if (!held.some((role) => role.id === id)) throw missing("role", id);
  return [...new Set(ids)];
}

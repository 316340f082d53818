import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import { spelt } from "../moment.ts";
import type { Role } from "../role/role.ts";
import { roleBody } from "../role/role.view.ts";
import type { TrustRow } from "./trust.ts";

/** A trust as lists show it: without its roles. */
export function trustBrief(ctx: Context, it: TrustRow) {
  return {
    ...it.extra,
    id: it.id,
    trustor_user_id: it.trustorUserId,
    trustee_user_id: it.trusteeUserId,
    project_id: it.projectId,
    impersonation: it.impersonation,
    expires_at: it.expiresUs === null ? null : `${spelt(it.expiresUs)}Z`,
    remaining_uses: it.remainingUses,
    redelegated_trust_id: it.redelegatedTrustId,
    redelegation_count: it.redelegationCount,
    deleted_at: null,
    ...self(ctx, `/OS-TRUST/trusts/${it.id}`),
  };
}

export function trustBody(ctx: Context, it: TrustRow, roles: readonly Role[]) {
  return { ...trustBrief(ctx, it), ...rolesBody(ctx, it, roles), roles_links: rolesLinks(ctx, it) };
}

export function rolesBody(ctx: Context, _: TrustRow, roles: readonly Role[]) {
  return { roles: roles.map((role) => roleBody(ctx, role)) };
}

export function rolesLinks(ctx: Context, { id }: TrustRow) {
  return { ...self(ctx, `/OS-TRUST/trusts/${id}/roles`).links, next: null, previous: null };
}

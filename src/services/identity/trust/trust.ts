import { forbidden } from "#platform/api/errors.ts";
import type { Extra } from "../identity.ts";

/** What one user (the trustor) lets another (the trustee) do in its stead. */
export interface TrustRow {
  readonly id: string;
  readonly trustorUserId: string;
  readonly trusteeUserId: string;
  readonly projectId: string | null;
  /** Whether the trustee's tokens are the trustor's own. */
  readonly impersonation: boolean;
  /** Microseconds since 1970. */
  readonly expiresUs: number | null;
  readonly remainingUses: number | null;
  /** The trust that this one was made with. */
  readonly redelegatedTrustId: string | null;
  /** How many more trusts may be made with it, one from the other. */
  readonly redelegationCount: number;
  readonly extra: Extra;
}
export interface Trust extends TrustRow {
  readonly roleIds: readonly string[];
}

/** The longest chain of trusts, each made with the one before. */
export const DEEPEST = 3;

export const refused = () => forbidden("You are not authorized to perform the requested action.");

/** A trust that is made with another one gives no more than that. */
export function fitsInto(parent: Trust, child: Omit<Trust, "id">) {
  if (parent.redelegationCount < 1 || parent.redelegationCount > DEEPEST) throw refused();
  if (child.remainingUses !== null) throw refused();
  if (parent.expiresUs !== null && (child.expiresUs === null || child.expiresUs > parent.expiresUs)) throw refused();
  if (!child.roleIds.every((id) => parent.roleIds.includes(id))) throw refused();
  if (child.impersonation && !parent.impersonation) throw refused();
}

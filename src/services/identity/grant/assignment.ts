import type { Grant } from "./grant.ts";

/** A grant as it works: which group it came by, and which grant's place and role it was made from. */
export interface Assignment extends Grant {
  readonly viaGroup: string | null;
  /** The role that implied this one; null: it was given itself. */
  readonly prior: string | null;
  /** The project or domain of the inherited grant that reaches down to here; null: it was given here. */
  readonly from: Pick<Grant, "projectId" | "domainId"> | null;
}

/** Which assignments are asked for; what is absent narrows nothing. */
export interface Wanted {
  readonly roleId?: string;
  readonly userId?: string;
  readonly groupId?: string;
  readonly projectIds?: readonly string[];
  readonly domainId?: string;
  readonly system?: boolean;
  readonly inherited?: boolean;
  /** Only what lies in this domain, the domain itself among it. */
  readonly within?: string;
}

export function asGiven(it: Grant): Assignment {
  return { ...it, viaGroup: null, prior: null, from: null };
}

/** The ids of all that assignments speak of. */
export function spokenOf(all: readonly Assignment[]): readonly string[] {
  const ids = all.flatMap((it) => [it.roleId, it.userId, it.groupId, it.projectId, it.domainId]);
  return [...new Set(ids)].filter((id) => id !== null);
}

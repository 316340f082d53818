import { type ImpliedRole, implied } from "../role/role.ts";
import type { Grant } from "./grant.ts";

/** A grant as it works: which group it came by, and which grant's place and role it was made from. */
export interface Assignment extends Grant {
  readonly viaGroup: string | null;
  /** The role that implied this one; null: it was given itself. */
  readonly prior: string | null;
  /** The project or domain of the inherited grant that reaches down to here; null: it was given here. */
  readonly from: Pick<Grant, "projectId" | "domainId"> | null;
}
export interface Surroundings {
  readonly members: readonly { readonly groupId: string; readonly userId: string }[];
  readonly pairs: readonly ImpliedRole[];
  readonly projects: readonly { readonly id: string; readonly parentId: string | null; readonly isDomain: boolean }[];
}

export function asGiven(it: Grant): Assignment {
  return { ...it, viaGroup: null, prior: null, from: null };
}

/** What grants amount to: groups become their members, inherited ones reach down, roles bring what they imply. */
export function effective(grants: readonly Grant[], world: Surroundings): readonly Assignment[] {
  const all = grants
    .map(asGiven)
    .flatMap((it) => reached(it, world))
    .flatMap((it) => personal(it, world))
    .flatMap((it) => inferred(it, world));
  return [...new Map(all.map((it) => [key(it), it])).values()];
}

function reached(it: Assignment, { projects }: Surroundings): readonly Assignment[] {
  if (!it.inherited) return [it];
  const from = { projectId: it.projectId, domainId: it.domainId };
  const below = new Set([it.projectId ?? it.domainId]);
  for (let grown = true; grown; ) {
    const more = projects.filter(({ id, parentId }) => below.has(parentId) && !below.has(id));
    for (const { id } of more) below.add(id);
    grown = more.length > 0;
  }
  below.delete(it.projectId ?? it.domainId);
  return [...below].map((projectId) => ({ ...it, projectId, domainId: null, from }));
}

function personal(it: Assignment, { members }: Surroundings): readonly Assignment[] {
  if (it.groupId === null) return [it];
  const own = members.filter(({ groupId }) => groupId === it.groupId);
  return own.map(({ userId }) => ({ ...it, userId, groupId: null, viaGroup: it.groupId }));
}

function inferred(it: Assignment, { pairs }: Surroundings): readonly Assignment[] {
  return [...implied([it.roleId], pairs)].map(([roleId, prior]) => ({
    ...it,
    roleId,
    prior: prior === roleId ? null : prior,
  }));
}

function key({ roleId, userId, projectId, domainId }: Assignment): string {
  return [roleId, userId, projectId, domainId].join(" ");
}

import type { Context } from "../kit.ts";
import type { Assignment } from "./assignment.ts";
import { pathOf } from "./grant.ts";

/** A thing of a domain by its id alone, or with names where they were asked for. */
export interface Names {
  of(
    id: string,
  ): { readonly name: string; readonly domain?: { readonly id: string; readonly name: string } } | undefined;
}
type Link = Record<string, string>;

export function assignmentBody(ctx: Context, it: Assignment, names: Names | undefined) {
  const named = (id: string) => ({ id, ...names?.of(id) });
  const holder = it.userId ? { user: named(it.userId) } : { group: named(it.groupId!) };
  return { role: named(it.roleId), ...holder, scope: scope(it, named), links: links(ctx, it) };
}

function scope(it: Assignment, named: (id: string) => object) {
  const inherit = it.inherited ? { "OS-INHERIT:inherited_to": "projects" } : {};
  if (it.projectId) return { project: named(it.projectId), ...inherit };
  if (it.domainId) return { domain: named(it.domainId), ...inherit };
  return { system: { all: true } };
}

/** The grant that it comes from, and what else it took. */
function links({ url }: Context, it: Assignment): Link {
  const holder = it.viaGroup ? { userId: null, groupId: it.viaGroup } : it;
  const place = it.from ?? it;
  const given = { inherited: it.inherited, userId: holder.userId, groupId: holder.groupId, ...pick(place) };
  return {
    assignment: url + pathOf(given, it.prior ?? it.roleId),
    ...(it.viaGroup && { membership: `${url}/groups/${it.viaGroup}/users/${it.userId}` }),
    ...(it.prior && { prior_role: `${url}/prior_role/${it.prior}/implies/${it.roleId}` }),
  };
}

function pick({ projectId, domainId }: Pick<Assignment, "projectId" | "domainId">) {
  return { projectId, domainId };
}

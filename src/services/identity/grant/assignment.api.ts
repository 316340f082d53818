import { badRequest } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { getProject, listBelow } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { listEffective, listGrants, readNames } from "./assignment.store.ts";
import { type Assignment, asGiven, spokenOf, type Wanted } from "./assignment.ts";
import { assignmentBody } from "./assignment.view.ts";
import { grantRules as rule } from "./grant.rules.ts";

export const assignmentRoutes = [
  route({ on: "GET /role_assignments", rule: rule.list_role_assignments, query: anyQuery, of: domainOf, run: list }),
];

interface Queried {
  readonly query: Filters;
}

/** A domain's reader sees what is given there; a project's administrator what is given there and below, if that is asked for. */
async function domainOf({ db, actor }: Context, { query }: Queried) {
  const root = one(query, "scope.project.id");
  if (!is(query, "include_subtree")) return { target: { domainId: actor.domainId ?? null } };
  if (!root) throw badRequest("scope.project.id must be specified if include_subtree is also specified");
  const { id, domainId } = await getProject(db, root);
  return { target: { tree: { id, domainId: domainId ?? id } } };
}

async function list(ctx: Context, _: object, { query }: Queried) {
  refuseIdle(query);
  const by = await wanted(ctx, query);
  const all: readonly Assignment[] = is(query, "effective")
    ? await listEffective(ctx, by)
    : (await listGrants(ctx.db, by)).map(asGiven);
  const names = is(query, "include_names") ? await readNames(ctx.db, spokenOf(all)) : undefined;
  const found = all.map((it) => assignmentBody(ctx, it, names && { of: (id) => names.get(id) }));
  return collection(ctx, "role_assignments", "/role_assignments", query, found);
}

/** What cannot be asked together, and what would find nothing ever. */
function refuseIdle(query: Filters) {
  const has = (key: string) => Boolean(one(query, key));
  if (has("scope.domain.id") && has("scope.project.id")) throw badRequest("Specify a domain or project, not both");
  if (has("scope.domain.id") && has("scope.system")) throw badRequest("Specify system or domain, not both");
  if (has("scope.project.id") && has("scope.system")) throw badRequest("Specify system or project, not both");
  if (has("user.id") && has("group.id")) throw badRequest("Specify a user or group, not both");
  if (!is(query, "effective")) return;
  if (has("group.id")) throw badRequest("Combining effective and group filter will always result in an empty list.");
  if (has("scope.OS-INHERIT:inherited_to") && has("scope.domain.id"))
    throw badRequest("Combining effective, domain and inherited filters will always result in an empty list.");
}

async function wanted({ db, actor }: Context, query: Filters): Promise<Wanted> {
  const project = one(query, "scope.project.id");
  const tree = project && is(query, "include_subtree") ? await listBelow(db, project) : [];
  const inherited = one(query, "scope.OS-INHERIT:inherited_to");
  return {
    ...asked("roleId", one(query, "role.id")),
    ...asked("userId", one(query, "user.id")),
    ...asked("groupId", one(query, "group.id")),
    ...asked("domainId", one(query, "scope.domain.id")),
    ...asked("projectIds", project ? [project, ...tree.map(({ id }) => id)] : undefined),
    ...(one(query, "scope.system") === "all" && { system: true }),
    ...(inherited !== undefined && { inherited: inherited === "projects" }),
    ...asked("within", actor.domainId),
  };
}

function asked<T>(key: keyof Wanted, value: T | undefined): Wanted {
  return value ? { [key]: value } : {};
}

function one(query: Filters, key: string): string | undefined {
  return [query[key]].flat().at(-1);
}

/** Present and not "0". */
function is(query: Filters, key: string): boolean {
  const value = one(query, key);
  return value !== undefined && value !== "0";
}

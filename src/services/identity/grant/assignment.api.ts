import { badRequest } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { findProject, listBelow } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { listGrants, listGrantsReaching, readNames, readSurroundings, type Wanted } from "./assignment.store.ts";
import { type Assignment, asGiven, effective } from "./assignment.ts";
import { assignmentBody } from "./assignment.view.ts";
import { grantRules as rule } from "./grant.rules.ts";

export const assignmentRoutes = [
  route({ on: "GET /role_assignments", rule: rule.list_role_assignments, query: anyQuery, of: domainOf, run: list }),
];

interface Queried {
  readonly query: Filters;
}

async function domainOf({ db, actor }: Context, { query }: Queried) {
  const project = one(query, "scope.project.id");
  const home = project === undefined ? undefined : (await findProject(db, project))?.domainId;
  return { target: {}, domainId: home ?? one(query, "scope.domain.id") ?? actor.domainId };
}

async function list(ctx: Context, _: object, { query }: Queried) {
  if (one(query, "user.id") && one(query, "group.id")) throw badRequest("Specify a user or group, not both");
  const all = is(query, "effective") ? await worked(ctx, query) : await given(ctx, query);
  const names = is(query, "include_names") ? await readNames(ctx.db) : undefined;
  const found = (await ownDomain(ctx, all)).map((it) =>
    assignmentBody(ctx, it, names && { of: (id) => names.get(id) }),
  );
  return collection(ctx, "role_assignments", "/role_assignments", query, found);
}

async function given(ctx: Context, query: Filters) {
  return (await listGrants(ctx.db, await wanted(ctx, query))).map(asGiven);
}

/** What grants amount to; filters are asked of the outcome. */
async function worked(ctx: Context, query: Filters) {
  if (one(query, "group.id"))
    throw badRequest("Combining effective and group filter will always result in an empty list.");
  const { roleId, userId, projectIds, domainId, system } = await wanted(ctx, query);
  const all = effective(await listGrantsReaching(ctx.db, userId), await readSurroundings(ctx.db));
  return all.filter(
    (it) =>
      (roleId === undefined || it.roleId === roleId) &&
      (userId === undefined || it.userId === userId) &&
      (projectIds === undefined || (it.projectId !== null && projectIds.includes(it.projectId))) &&
      (domainId === undefined || it.domainId === domainId) &&
      (!system || (it.projectId === null && it.domainId === null)),
  );
}

async function wanted({ db }: Context, query: Filters): Promise<Wanted> {
  const project = one(query, "scope.project.id");
  const tree = project !== undefined && is(query, "include_subtree") ? await listBelow(db, project) : [];
  return {
    roleId: one(query, "role.id"),
    userId: one(query, "user.id"),
    groupId: one(query, "group.id"),
    domainId: one(query, "scope.domain.id"),
    ...(project !== undefined && { projectIds: [project, ...tree.map(({ id }) => id)] }),
    ...("scope.system" in query && { system: true }),
    ...("scope.OS-INHERIT:inherited_to" in query && { inherited: true }),
  };
}

/** A domain's own reader sees what is given in that domain. */
async function ownDomain({ db, actor }: Context, all: readonly Assignment[]) {
  if (!actor.domainId || actor.roles.includes("admin")) return all;
  const own = new Set([actor.domainId, ...(await listBelow(db, actor.domainId)).map(({ id }) => id)]);
  return all.filter((it) => own.has(it.projectId ?? it.domainId ?? ""));
}

function one(query: Filters, key: string): string | undefined {
  return [query[key]].flat().at(-1);
}

/** Present and not "0". */
function is(query: Filters, key: string): boolean {
  const value = one(query, key);
  return value !== undefined && value !== "0";
}

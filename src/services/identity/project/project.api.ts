import { badRequest, forbidden } from "#platform/api/errors.ts";
import { tellShown } from "../catalog/shown.ts";
import { mayNot, mutable, sameId } from "../errors.ts";
import { isTrue } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { deleteLimitsOf } from "../limit/limit.store.ts";
import { collection, page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { getUser } from "../user/user.store.ts";
import { changed } from "./change.api.ts";
import { create, place } from "./create.api.ts";
import { projectRules as rule } from "./project.rules.ts";
import { type ChangeProject, changeProject, createProject } from "./project.schema.ts";
import * as store from "./project.store.ts";
import type { Project } from "./project.ts";
import { projectBody } from "./project.view.ts";
import { showProject } from "./show.api.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const projectRoutes = [
  route({ on: "GET /projects", rule: rule.list_projects, query, of: domainOf, run: list }),
  route({ on: "GET /users/{id}/projects", rule: rule.list_user_projects, query, of: user, run: listOfUser }),
  route({ on: "GET /projects/{id}", rule: rule.get_project, query, of: load, run: show }),
  route({ on: "POST /projects", rule: rule.create_project, body: createProject, status: made, of: place, run: create }),
  route({ on: "PATCH /projects/{id}", rule: rule.update_project, query, body: changeProject, of: load, run: change }),
  route({ on: "DELETE /projects/{id}", rule: rule.delete_project, query, status: gone, of: load, run: remove }),
];

interface Queried {
  readonly query: Filters;
}
export interface Loaded {
  readonly it: Project;
  readonly target: object;
}

/** A list shows all that there is, or to a domain's own reader what is in that domain. */
function domainOf({ actor }: Context) {
  return { target: { domainId: actor.domainId } };
}

interface Owner {
  readonly id: string;
  readonly target: object;
}

async function user({ db }: Context, { path }: { path: { id: string } }): Promise<Owner> {
  const { id, domainId } = await getUser(db, path.id);
  return { id, target: { user: { id, domainId } } };
}

/** The project of the path, as what the rule is asked about. */
export async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  const it = await store.getProject(db, path.id);
  return { it, target: { project: { id: it.id, domainId: it.domainId ?? it.id } } };
}

async function list(ctx: Context, _: object, { query }: Queried) {
  const asDomains = [query.is_domain].flat().at(-1);
  const isDomain = asDomains !== undefined && !["0", "false"].includes(asDomains.toLowerCase());
  const found = await store.listProjects(ctx.db, query, isDomain, ctx.actor.domainId);
  return page(
    ctx,
    "projects",
    "/projects",
    query,
    found.map((it) => projectBody(ctx, it)),
  );
}

async function listOfUser(ctx: Context, { id }: Owner, { query }: Queried) {
  const all = await store.listProjectsOf(ctx, id, false, [], { disabled: true });
  const found = all.filter((it) => answers(it, query));
  return collection(
    ctx,
    "projects",
    `/users/${id}/projects`,
    query,
    found.map((it) => projectBody(ctx, it)),
  );
}

function answers({ name, domainId, enabled }: Project, query: Filters): boolean {
  const is = (key: string, value: unknown) => query[key] === undefined || query[key] === value;
  const on = query.enabled === undefined || isTrue([query.enabled].flat().at(-1)!) === enabled;
  return is("name", name) && is("domain_id", domainId) && on;
}

function show(ctx: Context, { it }: Loaded, { query }: Queried) {
  return showProject(ctx, it, query);
}

async function change(ctx: Context, { it }: Loaded, { body, query }: { body: ChangeProject } & Queried) {
  const { project: asked } = body;
  sameId(it, asked);
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId) throw badRequest("Cannot change Domain ID");
  if (asked.parent_id !== undefined && asked.parent_id !== it.parentId)
    throw forbidden("Update of `parent_id` is not allowed.");
  if (asked.is_domain !== undefined && asked.is_domain !== it.isDomain)
    throw badRequest("Update of `is_domain` is not allowed.");
  return { project: projectBody(ctx, await changed(ctx, it, asked, "cascade" in query)) };
}

async function remove(ctx: Context, { it }: Loaded, { query }: Queried) {
  mutable("project", it);
  if (it.isDomain && it.enabled)
    throw mayNot(`cannot delete an enabled project acting as a domain. Please disable the project ${it.id} first.`);
  const below = await store.listBelow(ctx.db, it.id);
  if (!it.isDomain) leafOrWhole(it, below, "cascade" in query);
  const ids = [it.id, ...below.map(({ id }) => id)];
  await store.deleteProjects(ctx.db, ids);
  await deleteLimitsOf(ctx.db, ids);
  await revoke(ctx, ...ids.map(mark.project), ...(it.isDomain ? [mark.domain(it.id)] : []));
  await tellShown(ctx); // their own endpoints go with them
}

/** What lies in a project goes with it only where that is asked for, and when it is turned off. */
function leafOrWhole({ id }: Project, below: readonly Project[], cascade: boolean) {
  if (below.length > 0 && !cascade)
    throw forbidden(
      `Cannot delete the project ${id} since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree.`,
    );
  if (below.some(({ enabled }) => enabled))
    throw forbidden(`Cannot delete project ${id} since its subtree contains enabled projects.`);
}

import { badRequest } from "#platform/api/errors.ts";
import { mayNot, missing, mutable, taken } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { deleteLimitsOf } from "../limit/limit.store.ts";
import { collection, page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { getUser } from "../user/user.store.ts";
import { projectRules as rule } from "./project.rules.ts";
import {
  type ChangeProject,
  type CreateProject,
  changeProject,
  createProject,
  projectNames,
} from "./project.schema.ts";
import * as store from "./project.store.ts";
import type { Project } from "./project.ts";
import { projectBody } from "./project.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const projectRoutes = [
  route({ on: "GET /projects", rule: rule.list_projects, query, of: domainOf, run: list }),
  route({ on: "GET /users/{id}/projects", rule: rule.list_user_projects, query, of: user, run: listOfUser }),
  route({ on: "GET /projects/{id}", rule: rule.get_project, query, of: load, run: show }),
  route({ on: "POST /projects", rule: rule.create_project, body: createProject, status: made, of: place, run: create }),
  route({ on: "PATCH /projects/{id}", rule: rule.update_project, body: changeProject, of: load, run: change }),
  route({ on: "DELETE /projects/{id}", rule: rule.delete_project, query, status: gone, of: load, run: remove }),
];

interface Queried {
  readonly query: Filters;
}
export interface Loaded {
  readonly it: Project;
  readonly target: object;
}

/** A list asks for one domain's, or for all; a domain's own reader sees that domain's. */
function domainOf({ actor }: Context, { query }: Queried) {
  return { target: { domainId: query.domain_id ?? actor.domainId } };
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

async function place({ db, actor }: Context, { body }: { body: CreateProject }) {
  const { domain_id, parent_id, is_domain } = body.project;
  const parent = parent_id ? await store.findProject(db, parent_id) : undefined;
  if (parent_id && !parent) throw missing("project", parent_id);
  const inParent = parent && (parent.domainId ?? parent.id);
  const domainId = is_domain ? null : (domain_id ?? inParent ?? actor.domainId ?? actor.projectDomainId ?? "default");
  if (inParent && domainId !== inParent) throw badRequest(otherDomain(inParent));
  return { domainId, parentId: is_domain ? null : (parent_id ?? domainId), target: { project: { domainId } } };
}

async function list(ctx: Context, _: object, { query }: Queried) {
  const { actor } = ctx;
  const own = actor.domainId && !actor.roles.includes("admin") ? { domain_id: actor.domainId } : {};
  const asDomains = [query.is_domain].flat().at(-1);
  const isDomain = asDomains !== undefined && !["0", "false"].includes(asDomains.toLowerCase());
  const found = await store.listProjects(ctx.db, { ...query, ...own }, isDomain);
  return page(
    ctx,
    "projects",
    "/projects",
    query,
    found.map((it) => projectBody(ctx, it)),
  );
}

async function listOfUser(ctx: Context, { id }: Owner, { query }: Queried) {
  const found = await store.listProjectsOf(ctx.db, id, false);
  const named = query.name === undefined ? found : found.filter((it) => it.name === query.name);
  return collection(
    ctx,
    "projects",
    `/users/${id}/projects`,
    query,
    named.map((it) => projectBody(ctx, it)),
  );
}

async function show(ctx: Context, { it }: Loaded, { query }: Queried) {
  const body = projectBody(ctx, it);
  const above = async () => (await store.listAbove(ctx.db, it.id)).filter((one) => !one.isDomain);
  const below = () => store.listBelow(ctx.db, it.id);
  const wrap = (all: readonly Project[]) => all.map((one) => ({ project: projectBody(ctx, one) }));
  return {
    project: {
      ...body,
      ...("parents_as_list" in query && { parents: wrap(await above()) }),
      ...("subtree_as_list" in query && { subtree: wrap(await below()) }),
      ...("parents_as_ids" in query && { parents: nested(await above()) }),
      ...("subtree_as_ids" in query && { subtree: tree(await below(), it.id) }),
    },
  };
}

async function create(
  ctx: Context,
  place: { domainId: string | null; parentId: string | null },
  { body }: { body: CreateProject },
) {
  const { project: asked } = body;
  if (place.domainId !== null) await store.getDomain(ctx.db, place.domainId);
  const it: Project = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId: place.domainId,
    parentId: place.parentId,
    isDomain: asked.is_domain === true,
    enabled: asked.enabled ?? true,
    description: asked.description ?? "",
    tags: asked.tags ?? [],
    options: asked.options ?? {},
    extra: extraOf(asked, projectNames),
  };
  await freeName(ctx, it);
  await store.insertProject(ctx.db, it);
  return { project: projectBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: ChangeProject }) {
  const { project: asked } = body;
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId) throw badRequest("Cannot change Domain ID");
  if (asked.parent_id !== undefined && asked.parent_id !== it.parentId)
    throw mayNot("Update of `parent_id` is not allowed.");
  if (asked.is_domain !== undefined && asked.is_domain !== it.isDomain)
    throw badRequest("Update of `is_domain` is not allowed.");
  return { project: projectBody(ctx, await changed(ctx, it, asked)) };
}

/** Writes what a PATCH asks for, of a project or a domain; its tokens end when it is turned off. */
export async function changed(ctx: Context, it: Project, asked: ChangeProject["project"]): Promise<Project> {
  mutable(it.isDomain ? "domain" : "project", it, asked);
  const extra = extraOf(asked, projectNames);
  const to = defined({
    name: asked.name?.trim(),
    description: asked.description === null ? "" : asked.description,
    enabled: asked.enabled,
    tags: asked.tags,
    options: asked.options && { ...it.options, ...asked.options },
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole = { ...it, ...to };
  if (whole.name !== it.name) await freeName(ctx, whole);
  await store.changeProject(ctx.db, it, to);
  if (it.enabled && !whole.enabled) await revoke(ctx, it.isDomain ? mark.domain(it.id) : mark.project(it.id));
  return whole;
}

async function remove(ctx: Context, { it }: Loaded, { query }: Queried) {
  if (it.isDomain && it.enabled)
    throw mayNot(`cannot delete an enabled project acting as a domain. Please disable the project ${it.id} first.`);
  mutable("project", it);
  const below = await store.listBelow(ctx.db, it.id);
  if (below.length > 0 && !("cascade" in query))
    throw mayNot(
      `Cannot delete the project ${it.id} since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree`,
    );
  const ids = [it.id, ...below.map(({ id }) => id)];
  await store.deleteProjects(ctx.db, ids);
  await deleteLimitsOf(ctx.db, ids);
  await revoke(ctx, ...ids.map(mark.project), ...(it.isDomain ? [mark.domain(it.id)] : []));
}

/** Refuses a name that another project of the domain (or another domain) has. */
export async function freeName({ db }: Context, { name, domainId, isDomain }: Project) {
  const other = await store.findProjectNamed(db, name, domainId);
  if (!other) return;
  if (isDomain) throw taken("domain", `Duplicate entry found with name ${name}`);
  throw taken(
    "project",
    `it is not permitted to have two projects with either the same name or same id in the same domain: name is ${name}, project id ${other.id}`,
  );
}

function otherDomain(domainId: string) {
  return `Cannot create project, since it specifies its domain_id ${domainId} but its parent is in a different domain.`;
}

/** The ids above, each in the one below it. */
function nested(above: readonly Project[]): object | null {
  return above.reduceRight<object | null>((inner, { id }) => ({ [id]: inner }), null);
}

function tree(all: readonly Project[], parentId: string): object | null {
  const children = all.filter((it) => it.parentId === parentId);
  return children.length > 0 ? Object.fromEntries(children.map(({ id }) => [id, tree(all, id)])) : null;
}

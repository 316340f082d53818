import { badRequest } from "#platform/api/errors.ts";
import { endpointBody } from "../catalog/catalog.view.ts";
import { tellShown } from "../catalog/shown.ts";
import { expecting, sameId } from "../errors.ts";
import { defined, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection, page } from "../links.view.ts";
import { getProject } from "../project/project.store.ts";
import { projectBody } from "../project/project.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { filterRules as rule } from "./endpoint-filter.rules.ts";
import { changeGroup, createGroup, type GroupFields } from "./endpoint-filter.schema.ts";
import * as store from "./endpoint-filter.store.ts";
import { areKnown, type EndpointFilters, type EndpointGroup, type GroupProject } from "./endpoint-filter.ts";
import { groupBody, groupProjectBody, root } from "./endpoint-filter.view.ts";

const all = "/OS-EP-FILTER/endpoint_groups";
const one = "/OS-EP-FILTER/endpoint_groups/{id}";
const within = "/OS-EP-FILTER/endpoint_groups/{id}/projects/{project_id}";
const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

/** Groups of endpoints, and which projects see them. */
export const endpointGroupRoutes = [
  route({ on: `GET ${all}`, rule: rule.list_endpoint_groups, query, of: cloud, run: list }),
  route({
    on: `POST ${all}`,
    rule: rule.create_endpoint_group,
    body: createGroup,
    status: made,
    of: cloud,
    run: create,
  }),
  route({ on: `GET ${one}`, rule: rule.get_endpoint_group, query, of: load, run: show }),
  route({ on: `PATCH ${one}`, rule: rule.update_endpoint_group, body: changeGroup, of: load, run: change }),
  route({ on: `DELETE ${one}`, rule: rule.delete_endpoint_group, status: gone, of: load, run: remove }),
  route({
    on: `GET ${one}/endpoints`,
    rule: rule.list_endpoints_associated_with_endpoint_group,
    query,
    of: load,
    run: listEndpoints,
  }),
  route({
    on: `GET ${one}/projects`,
    rule: rule.list_projects_associated_with_endpoint_group,
    query,
    of: load,
    run: listProjects,
  }),
  route({ on: `PUT ${within}`, rule: rule.add_endpoint_group_to_project, status: gone, of: pair, run: join }),
  route({ on: `GET ${within}`, rule: rule.get_endpoint_group_in_project, query, of: pair, run: showPair }),
  route({ on: `DELETE ${within}`, rule: rule.remove_endpoint_group_from_project, status: gone, of: pair, run: part }),
];

interface Loaded {
  readonly it: EndpointGroup;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  return { it: await store.getGroup(db, path.id), target: {} };
}

interface Pair {
  readonly it: GroupProject;
  readonly target: object;
}

async function pair(
  { db }: Context,
  { path }: { path: { readonly id: string; readonly project_id: string } },
): Promise<Pair> {
  const [project, group] = [await getProject(db, path.project_id), await store.getGroup(db, path.id)];
  return { it: { endpointGroupId: group.id, projectId: project.id }, target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listGroups(ctx.db, query);
  return page(
    ctx,
    "endpoint_groups",
    `${root}/endpoint_groups`,
    query,
    found.map((it) => groupBody(ctx, it)),
  );
}

async function create(ctx: Context, _: object, { body }: { body: { endpoint_group: GroupFields } }) {
  const { name, description = null, filters } = body.endpoint_group;
  if (Object.keys(filters).length === 0) throw badRequest("filters field is required and cannot be empty");
  sensible(filters);
  const it = { id: hexId(ctx.newId()), name: name.trim(), description, filters };
  await store.insertGroup(ctx.db, it);
  await tellShown(ctx);
  return { endpoint_group: groupBody(ctx, it) };
}

function show(ctx: Context, { it }: Loaded) {
  return { endpoint_group: groupBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { endpoint_group: Partial<GroupFields> } }) {
  sameId(it, body.endpoint_group);
  const { name, description, filters } = body.endpoint_group;
  if (filters) sensible(filters);
  const to = defined({ name: name?.trim(), description, filters });
  await store.changeGroup(ctx.db, it.id, to);
  await tellShown(ctx);
  return { endpoint_group: groupBody(ctx, { ...it, ...to }) };
}

function sensible(filters: EndpointFilters) {
  if (!areKnown(filters)) throw expecting("service_id or region_id or interface", "endpoint_group");
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteGroup(ctx.db, it.id);
  await tellShown(ctx);
}

async function listEndpoints(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = await store.listEndpointsOfGroup(ctx.db, it.id);
  const path = `${root}/endpoint_groups/${it.id}/endpoints`;
  return collection(
    ctx,
    "endpoints",
    path,
    query,
    found.map((one) => endpointBody(ctx, one)),
  );
}

async function listProjects(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = await store.listProjectsOfGroup(ctx.db, it.id);
  const path = `${root}/endpoint_groups/${it.id}/projects`;
  return collection(
    ctx,
    "projects",
    path,
    query,
    found.map((one) => projectBody(ctx, one)),
  );
}

async function join(ctx: Context, { it }: Pair) {
  await store.insertGroupProject(ctx.db, it);
  await tellShown(ctx);
}

async function showPair(ctx: Context, { it }: Pair) {
  return { project_endpoint_group: groupProjectBody(ctx, await store.getGroupProject(ctx.db, it)) };
}

async function part(ctx: Context, { it }: Pair) {
  await store.getGroupProject(ctx.db, it);
  await store.deleteGroupProject(ctx.db, it);
  await tellShown(ctx);
}

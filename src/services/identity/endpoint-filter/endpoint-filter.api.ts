import { getEndpoint } from "../catalog/catalog.store.ts";
import { endpointBody } from "../catalog/catalog.view.ts";
import { tellShown } from "../catalog/shown.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { getProject } from "../project/project.store.ts";
import { projectBody } from "../project/project.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { filterRules as rule } from "./endpoint-filter.rules.ts";
import * as store from "./endpoint-filter.store.ts";
import type { ProjectEndpoint } from "./endpoint-filter.ts";
import { groupBody, root } from "./endpoint-filter.view.ts";
import { endpointGroupRoutes } from "./endpoint-group.api.ts";

const ofProject = "/OS-EP-FILTER/projects/{id}";
const one = "/OS-EP-FILTER/projects/{id}/endpoints/{endpoint_id}";
const query = anyQuery;
const gone = { "3.14": 204 } as const;

/** Which endpoints a project sees. */
export const filterRoutes = [
  ...endpointGroupRoutes,
  route({
    on: "GET /OS-EP-FILTER/endpoints/{id}/projects",
    rule: rule.list_projects_for_endpoint,
    query,
    of: endpoint,
    run: listProjects,
  }),
  route({ on: `GET ${ofProject}/endpoints`, rule: rule.list_endpoints_for_project, query, of: project, run: list }),
  route({
    on: `GET ${ofProject}/endpoint_groups`,
    rule: rule.list_endpoint_groups_for_project,
    query,
    of: project,
    run: listGroups,
  }),
  route({ on: `PUT ${one}`, rule: rule.add_endpoint_to_project, status: gone, of: pair, run: join }),
  route({ on: `GET ${one}`, rule: rule.check_endpoint_in_project, query, status: gone, of: pair, run: check }),
  route({ on: `HEAD ${one}`, rule: rule.check_endpoint_in_project, status: gone, of: pair, run: check }),
  route({ on: `DELETE ${one}`, rule: rule.remove_endpoint_from_project, status: gone, of: pair, run: part }),
];

interface Named {
  readonly path: { readonly id: string };
}
interface Found {
  readonly id: string;
  readonly target: object;
}
interface Pair {
  readonly it: ProjectEndpoint;
  readonly target: object;
}
interface Queried {
  readonly query: Filters;
}

async function endpoint({ db }: Context, { path }: Named): Promise<Found> {
  return { id: (await getEndpoint(db, path.id)).id, target: {} };
}

async function project({ db }: Context, { path }: Named): Promise<Found> {
  return { id: (await getProject(db, path.id)).id, target: {} };
}

async function pair({ db }: Context, { path }: { path: { id: string; endpoint_id: string } }): Promise<Pair> {
  const [endpoint, project] = [await getEndpoint(db, path.endpoint_id), await getProject(db, path.id)];
  return { it: { projectId: project.id, endpointId: endpoint.id }, target: {} };
}

async function listProjects(ctx: Context, { id }: Found, { query }: Queried) {
  const found = await store.listProjectsOfEndpoint(ctx.db, id);
  return collection(
    ctx,
    "projects",
    `${root}/endpoints/${id}/projects`,
    query,
    found.map((it) => projectBody(ctx, it)),
  );
}

async function list(ctx: Context, { id }: Found, { query }: Queried) {
  const found = await store.listEndpointsOfProject(ctx.db, id);
  return collection(
    ctx,
    "endpoints",
    `${root}/projects/${id}/endpoints`,
    query,
    found.map((it) => endpointBody(ctx, it)),
  );
}

async function listGroups(ctx: Context, { id }: Found, { query }: Queried) {
  const found = await store.listGroupsOfProject(ctx.db, id);
  const path = `${root}/projects/${id}/endpoint_groups`;
  return collection(
    ctx,
    "endpoint_groups",
    path,
    query,
    found.map((it) => groupBody(ctx, it)),
  );
}

async function join(ctx: Context, { it }: Pair) {
  await store.insertProjectEndpoint(ctx.db, it);
  await tellShown(ctx);
}

async function check({ db }: Context, { it }: Pair) {
  await store.getProjectEndpoint(db, it);
}

async function part(ctx: Context, { it }: Pair) {
  await store.getProjectEndpoint(ctx.db, it);
  await store.deleteProjectEndpoint(ctx.db, it);
  await tellShown(ctx);
}

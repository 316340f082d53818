import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { inGroup } from "../catalog/catalog.store.ts";
import type { Endpoint } from "../catalog/catalog.ts";
import { missing, taken } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { Project } from "../project/project.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { EndpointGroup, GroupProject, ProjectEndpoint } from "./endpoint-filter.ts";

type D = Db<IdentityTables>;

export async function insertGroup(db: D, it: EndpointGroup) {
  const row = { ...it, filters: JSON.stringify(it.filters) };
  await db.insertInto("identityEndpointGroups").values(row).execute();
}

export async function getGroup(db: D, id: string): Promise<EndpointGroup> {
  const it = await db.selectFrom("identityEndpointGroups").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw missing("endpoint group", id);
  return it;
}

export function listGroups(db: D, query: Filters): Promise<EndpointGroup[]> {
  const all = db.selectFrom("identityEndpointGroups").selectAll();
  return ordered(filtered(all, query, { texts: ["name"] }), query).execute();
}

export async function changeGroup(db: D, id: string, { filters, ...plain }: Partial<EndpointGroup>) {
  const set = { ...plain, ...(filters && { filters: JSON.stringify(filters) }) };
  if (Object.keys(set).length === 0) return;
  await db.updateTable("identityEndpointGroups").set(set).where("id", "=", id).execute();
}

export async function deleteGroup(db: D, id: string) {
  await db.deleteFrom("identityEndpointGroups").where("id", "=", id).execute();
}

export async function insertGroupProject(db: D, it: GroupProject) {
  const insert = db.insertInto("identityEndpointGroupProjects").values(it).execute();
  await unique(insert, () => taken("project_endpoint_group", "Duplicate entry"));
}

export async function getGroupProject(db: D, it: GroupProject): Promise<GroupProject> {
  const of = db.selectFrom("identityEndpointGroupProjects").selectAll();
  const at = of.where("endpointGroupId", "=", it.endpointGroupId).where("projectId", "=", it.projectId);
  const found = await at.executeTakeFirst();
  if (!found) throw notFound("Endpoint Group Project Association not found");
  return found;
}

export async function deleteGroupProject(db: D, { endpointGroupId, projectId }: GroupProject) {
  const of = db.deleteFrom("identityEndpointGroupProjects").where("endpointGroupId", "=", endpointGroupId);
  await of.where("projectId", "=", projectId).execute();
}

export function listProjectsOfGroup(db: D, id: string): Promise<Project[]> {
  const ids = db.selectFrom("identityEndpointGroupProjects").where("endpointGroupId", "=", id).select("projectId");
  return db.selectFrom("identityProjects").selectAll().where("id", "in", ids).orderBy("name").execute();
}

export function listGroupsOfProject(db: D, id: string): Promise<EndpointGroup[]> {
  const ids = db.selectFrom("identityEndpointGroupProjects").where("projectId", "=", id).select("endpointGroupId");
  return db.selectFrom("identityEndpointGroups").selectAll().where("id", "in", ids).orderBy("name").execute();
}

export async function listEndpointsOfGroup(db: D, id: string): Promise<Endpoint[]> {
  const found = await sql<Endpoint>`
    select e.* from identity_endpoints e join identity_endpoint_groups g on g.id = ${id} and ${inGroup} order by e.id`.execute(
    db,
  );
  return found.rows;
}

/** The endpoints that a project was let see, by themselves or by a group. */
export async function listEndpointsOfProject(db: D, id: string): Promise<Endpoint[]> {
  const found = await sql<Endpoint>`
    select e.* from identity_endpoints e where id in (
      select endpoint_id from identity_project_endpoints where project_id = ${id}
      union select e.id from identity_endpoints e join identity_endpoint_groups g on ${inGroup}
      where g.id in (select endpoint_group_id from identity_endpoint_group_projects where project_id = ${id})
    ) order by e.id`.execute(db);
  return found.rows;
}

export async function insertProjectEndpoint(db: D, it: ProjectEndpoint) {
  const insert = db.insertInto("identityProjectEndpoints").values(it).execute();
  await unique(insert, () => taken("project_endpoint", "Duplicate entry"));
}

export async function getProjectEndpoint(db: D, { projectId, endpointId }: ProjectEndpoint): Promise<ProjectEndpoint> {
  const of = db.selectFrom("identityProjectEndpoints").selectAll().where("projectId", "=", projectId);
  const found = await of.where("endpointId", "=", endpointId).executeTakeFirst();
  if (!found) throw notFound(`Endpoint ${endpointId} not found in project ${projectId}`);
  return found;
}

export async function deleteProjectEndpoint(db: D, { projectId, endpointId }: ProjectEndpoint) {
  const of = db.deleteFrom("identityProjectEndpoints").where("projectId", "=", projectId);
  await of.where("endpointId", "=", endpointId).execute();
}

export function listProjectsOfEndpoint(db: D, id: string): Promise<Project[]> {
  const ids = db.selectFrom("identityProjectEndpoints").where("endpointId", "=", id).select("projectId");
  return db.selectFrom("identityProjects").selectAll().where("id", "in", ids).orderBy("name").execute();
}

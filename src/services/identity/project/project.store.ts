import { sql, type Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { Branch } from "#platform/store/quota-tree.ts";
import { missing, nameTaken } from "../errors.ts";
import { filtered, ordered, within } from "../filter.store.ts";
import type { Moment } from "../grant/grant.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { Project, ScopedProject } from "./project.ts";

type D = Db<IdentityTables>;

export async function insertProject(db: D, it: Project) {
  await unique(db.insertInto("identityProjects").values(row(it)).execute(), () =>
    nameTaken(kind(it), it.name, it.domainId),
  );
}

export function findProject(db: D, id: string): Promise<Project | undefined> {
  return db.selectFrom("identityProjects").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getProject(db: D, id: string): Promise<Project> {
  const it = await findProject(db, id);
  if (!it) throw missing("project", id);
  return it;
}

export async function getDomain(db: D, id: string): Promise<Project> {
  const it = await findProject(db, id);
  if (!it?.isDomain) throw missing("domain", id);
  return it;
}

/** By name within a domain; without a domain: the domain of that name. */
export function findProjectNamed(db: D, name: string, domainId: string | null): Promise<Project | undefined> {
  return db
    .selectFrom("identityProjects")
    .selectAll()
    .where("name", "=", name)
    .where("domainId", domainId === null ? "is" : "=", domainId)
    .executeTakeFirst();
}

const texts = ["id", "name", "domain_id", "parent_id", "description"];

export function listProjects(db: D, query: Filters, isDomain: boolean, domainId?: string): Promise<Project[]> {
  const all = within(db.selectFrom("identityProjects").selectAll().where("isDomain", "=", isDomain), domainId);
  const narrowed = filtered(all, query, { texts, flags: ["enabled"] });
  return ordered(tagged(narrowed, query), query).execute();
}

/** Everything below a project, the nearest first. */
export async function listBelow(db: D, id: string): Promise<Project[]> {
  const found = await sql<Project>`
    with recursive below (id, depth) as (
      select id, 1 from identity_projects where parent_id = ${id}
      union all select p.id, below.depth + 1 from identity_projects p join below on p.parent_id = below.id
    ) select p.* from identity_projects p join below using (id) order by below.depth, p.name`.execute(db);
  return found.rows;
}

/** What a project lies in, the nearest first, its domain last. */
export async function listAbove(db: D, id: string): Promise<Project[]> {
  const found = await sql<Project>`
    with recursive above (id, depth) as (
      select parent_id, 1 from identity_projects where id = ${id}
      union all select p.parent_id, above.depth + 1 from identity_projects p join above on p.id = above.id
    ) select p.* from identity_projects p join above using (id) order by above.depth`.execute(db);
  return found.rows;
}

/** A project and what it lies in, the nearest first, each with the ids of all that lies in it and its own. */
export async function listLineage(db: D, id: string): Promise<Branch[]> {
  const found = await sql<Branch>`
    with recursive above (id, height) as (
      select id, 0 from identity_projects where id = ${id}
      union all select p.parent_id, height + 1 from identity_projects p join above using (id) where p.parent_id is not null
    ), inside (top, height, id) as (
      select id, height, id from above
      union all select top, height, p.id from identity_projects p join inside on p.parent_id = inside.id
    ) select top as id, array_agg(id) as project_ids from inside group by top, height order by height`.execute(db);
  return found.rows;
}

/** The projects that lie deeper below their domains than so many. */
export async function listDeeper(db: D, depth: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    with recursive below (id, depth) as (
      select id, 0 from identity_projects where parent_id is null
      union all select p.id, depth + 1 from identity_projects p join below on p.parent_id = below.id
    ) select id from below where depth > ${depth} order by depth, id`.execute(db);
  return found.rows.map((row) => row.id);
}

export async function changeProject(db: D, it: Project, to: Partial<Project>) {
  const { extra, options, ...plain } = to;
  const set: Updateable<IdentityTables["identityProjects"]> = {
    ...plain,
    ...(extra && { extra: JSON.stringify(extra) }),
    ...(options && { options: JSON.stringify(options) }),
  };
  if (Object.keys(set).length === 0) return;
  const change = db.updateTable("identityProjects").set(set).where("id", "=", it.id).execute();
  await unique(change, () => nameTaken(kind(it), to.name ?? it.name, it.domainId));
}

/** Turns everything below a project on or off; the ids of what was otherwise before. */
export async function switchBelow(db: D, id: string, enabled: boolean): Promise<string[]> {
  const found = await sql<{ id: string }>`
    with recursive below (id) as (
      select id from identity_projects where parent_id = ${id}
      union select p.id from identity_projects p join below on p.parent_id = below.id
    ) update identity_projects set enabled = ${enabled}
      where id in (select id from below) and enabled <> ${enabled} returning id`.execute(db);
  return found.rows.map((row) => row.id);
}

/** With all that hangs on it; nobody's default any more. */
export async function deleteProjects(db: D, ids: readonly string[]) {
  await db.updateTable("identityUsers").set({ defaultProjectId: null }).where("defaultProjectId", "in", ids).execute();
  await db.deleteFrom("identityProjects").where("id", "in", ids).execute();
}

/**
 * The projects (or domains) where a user has any role, by grants of its own, of its groups (and those of groups that a
 * federation has put it into), and inherited ones.
 */
export async function listProjectsOf(
  { db, now }: Moment,
  userId: string,
  isDomain: boolean,
  groups: readonly string[] = [],
  { disabled = false } = {},
): Promise<Project[]> {
  const found = await sql<Project>`
    with recursive mine as (
      select * from identity_grants where user_id = ${userId} or group_id = any (array(
        select unnest(${groups}::text[])
        union all select group_id from identity_members where user_id = ${userId}
        union all select group_id from identity_passing_members where user_id = ${userId} and expires_at > ${now}))
    ), below (id) as (
      select p.id from identity_projects p join mine on mine.inherited and p.parent_id = coalesce(mine.project_id, mine.domain_id)
      union select p.id from identity_projects p join below on p.parent_id = below.id
    ) select p.* from identity_projects p
      left join identity_projects d on d.id = p.domain_id
      where p.is_domain = ${isDomain} and (${disabled} or p.enabled and coalesce(d.enabled, true)) and (
        p.id in (select coalesce(project_id, domain_id) from mine where not inherited)
        or p.id in (select id from below))
      order by p.name, p.id`.execute(db);
  return found.rows;
}

/** The project of a scope, by id, or by name and its domain's id or name. */
export function findScopedProject(
  db: D,
  by: { id: string } | { name: string; domain: { id?: string; name?: string } },
) {
  let query = db
    .selectFrom("identityProjects as p")
    .leftJoin("identityProjects as d", "d.id", "p.domainId")
    .select(["p.id", "p.name", "p.isDomain"])
    .select((e) => e.fn.coalesce("d.id", "p.id").as("domainId"))
    .select((e) => e.fn.coalesce("d.name", "p.name").as("domainName"))
    .select(sql<boolean>`p.enabled and coalesce(d.enabled, true)`.as("enabled"));
  if ("id" in by) query = query.where("p.id", "=", by.id);
  else
    query = query
      .where("p.name", "=", by.name)
      .where(by.domain.id ? "d.id" : "d.name", "=", (by.domain.id ?? by.domain.name)!);
  return query.executeTakeFirst() as Promise<ScopedProject | undefined>;
}

type Listing = ReturnType<typeof allProjects>;

function allProjects(db: D) {
  return db.selectFrom("identityProjects").selectAll();
}

function tagged(select: Listing, query: Filters): Listing {
  const of = (key: string) => [query[key] ?? []].flat().flatMap((one) => one.split(","));
  const [all, any, notAll, notAny] = [of("tags"), of("tags-any"), of("not-tags"), of("not-tags-any")];
  let it = select;
  if (all.length > 0) it = it.where(sql<boolean>`tags @> ${all}::text[]`);
  if (any.length > 0) it = it.where(sql<boolean>`tags && ${any}::text[]`);
  if (notAll.length > 0) it = it.where(sql<boolean>`not tags @> ${notAll}::text[]`);
  if (notAny.length > 0) it = it.where(sql<boolean>`not tags && ${notAny}::text[]`);
  return it;
}

function kind({ isDomain }: Project) {
  return isDomain ? "domain" : "project";
}

function row(it: Project) {
  return { ...it, tags: [...it.tags], options: JSON.stringify(it.options), extra: JSON.stringify(it.extra) };
}

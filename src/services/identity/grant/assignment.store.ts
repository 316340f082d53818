import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { IdentityTables } from "../tables.ts";
import type { Assignment, Wanted } from "./assignment.ts";
import type { Moment } from "./grant.store.ts";
import type { Grant } from "./grant.ts";

type D = Db<IdentityTables>;

/** The grants themselves that fit. */
export function listGrants(db: D, by: Wanted): Promise<Grant[]> {
  let of = db
    .selectFrom("identityGrants")
    .select(["roleId", "userId", "groupId", "projectId", "domainId", "inherited"])
    .where(sql<boolean>`${fits(by)}`);
  if (by.groupId !== undefined) of = of.where("groupId", "=", by.groupId);
  if (by.inherited !== undefined) of = of.where("inherited", "=", by.inherited);
  return of.orderBy("roleId").orderBy("userId").orderBy("groupId").orderBy("projectId").orderBy("domainId").execute();
}

type Row = Omit<Assignment, "from"> & { readonly fromProject: string | null; readonly fromDomain: string | null };

/**
 * What grants amount to: groups become their members, inherited ones reach down, roles bring what they imply; roles of a
 * domain are for nothing else than that. What a role bound to a service implies there is not said: it is no role of the place. Filters are asked of the outcome.
 */
export async function listEffective({ db, now }: Moment, by: Wanted): Promise<Assignment[]> {
  const [owner, member] =
    by.userId === undefined ? [sql`true`, sql`true`] : [sql`user_id = ${by.userId}`, sql`m.user_id = ${by.userId}`];
  const found = await sql<Row>`
    with recursive personal as (
      select role_id, user_id, null as via_group, project_id, domain_id, inherited
      from identity_grants g where user_id is not null and ${owner} and ${near(by)}
      union all select g.role_id, m.user_id, g.group_id, g.project_id, g.domain_id, g.inherited
      from identity_grants g join (
        select group_id, user_id from identity_members
        union select group_id, user_id from identity_passing_members where expires_at > ${now}
      ) m using (group_id) where ${member} and ${near(by)}
    ), below (root, id) as (
      select coalesce(project_id, domain_id), coalesce(project_id, domain_id) from personal where inherited
      union select b.root, p.id from identity_projects p join below b on p.parent_id = b.id
    ), reached as (
      select role_id, user_id, via_group, project_id, domain_id, inherited, null as from_project, null as from_domain
      from personal where not inherited
      union all select role_id, user_id, via_group, b.id, null, inherited, project_id, domain_id
      from personal join below b on inherited and b.root = coalesce(project_id, domain_id) and b.id <> b.root
    ), brings (given, id, prior) as (
      select id, id, null from identity_roles
      union select b.given, i.implied_id, i.prior_id
      from brings b join identity_implied_roles i on i.prior_id = b.id and i.implied_id <> b.given
      join identity_roles prior on prior.id = b.id and prior.service_id is null
    ), all_of_it as (
      select distinct b.id as role_id, r.user_id, null::text as group_id, r.project_id, r.domain_id, r.inherited, r.via_group,
        b.prior, r.from_project, r.from_domain
      from reached r join brings b on b.given = r.role_id join identity_roles role on role.id = b.id and role.domain_id is null
    ) select * from all_of_it where ${fits(by)} and ${wayOf(by)}
      order by role_id, user_id, project_id, domain_id, via_group`.execute(db);
  return found.rows.map(({ fromProject, fromDomain, ...it }) => ({
    ...it,
    from: it.inherited ? { projectId: fromProject, domainId: fromDomain } : null,
  }));
}

/** Grants that may reach the place that is asked about: those on it, and all that reach down. */
function near({ projectIds, domainId, system }: Wanted) {
  if (projectIds) return sql`(g.inherited or g.project_id = any (${[...projectIds]}::text[]))`;
  if (domainId !== undefined) return sql`(g.inherited or g.domain_id = ${domainId})`;
  return system ? sql`g.project_id is null and g.domain_id is null` : sql`true`;
}

function wayOf({ inherited }: Wanted) {
  return inherited === undefined ? sql`true` : sql`inherited = ${inherited}`;
}

/** What is asked of grants and of what they amount to alike. */
function fits({ roleId, userId, projectIds, domainId, system, within }: Wanted) {
  const all = [sql`true`];
  if (roleId !== undefined) all.push(sql`role_id = ${roleId}`);
  if (userId !== undefined) all.push(sql`user_id = ${userId}`);
  if (projectIds) all.push(sql`project_id = any (${[...projectIds]}::text[])`);
  if (domainId !== undefined) all.push(sql`domain_id = ${domainId}`);
  if (system) all.push(sql`project_id is null and domain_id is null`);
  if (within !== undefined)
    all.push(
      sql`(domain_id = ${within} or project_id in (select id from identity_projects where domain_id = ${within}))`,
    );
  return sql.join(all, sql` and `);
}

interface Name {
  readonly name: string;
  readonly domain?: { readonly id: string; readonly name: string };
}

/** Names of what has these ids, with those of their domains. */
export async function readNames(db: D, ids: readonly string[]): Promise<ReadonlyMap<string, Name>> {
  const { rows } = await sql<{ id: string; name: string; domainId: string | null; domainName: string | null }>`
    select it.id, it.name, d.id as domain_id, d.name as domain_name from (
      select id, name, domain_id from identity_projects where id = any (${[...ids]}::text[])
      union all select id, name, domain_id from identity_users where id = any (${[...ids]}::text[])
      union all select id, name, domain_id from identity_groups where id = any (${[...ids]}::text[])
      union all select id, name, domain_id from identity_roles where id = any (${[...ids]}::text[])
    ) it left join identity_projects d on d.id = it.domain_id`.execute(db);
  return new Map(
    rows.map(({ id, name, domainId, domainName }) => [
      id,
      { name, ...(domainId !== null && { domain: { id: domainId, name: domainName! } }) },
    ]),
  );
}

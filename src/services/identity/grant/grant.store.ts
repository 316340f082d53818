import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import type { HeldRole, Role } from "../role/role.ts";
import type { IdentityTables } from "../tables.ts";
import type { Grant, Place } from "./grant.ts";

type D = Db<IdentityTables>;
/** The database, at a moment: some memberships of groups end by themselves. */
export interface Moment {
  readonly db: D;
  readonly now: string;
}

export async function insertGrant(db: D, it: Grant) {
  await db
    .insertInto("identityGrants")
    .values(it)
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function hasGrant(db: D, it: Grant): Promise<boolean> {
  return (await exactly(db, it).executeTakeFirst()) !== undefined;
}

/** Says whether there was such a grant. */
export async function deleteGrant(db: D, it: Grant): Promise<boolean> {
  let of = db.deleteFrom("identityGrants").where("roleId", "=", it.roleId).where("inherited", "=", it.inherited);
  for (const key of ["userId", "groupId", "projectId", "domainId"] as const)
    of = of.where(key, it[key] === null ? "is" : "=", it[key]);
  return (await of.executeTakeFirst()).numDeletedRows === 1n;
}

/** The roles that one user or group was given itself, at one place. */
export function listGrantedRoles(db: D, it: Omit<Grant, "roleId">): Promise<Role[]> {
  let of = db.selectFrom("identityGrants").where("inherited", "=", it.inherited).select("roleId");
  for (const key of ["userId", "groupId", "projectId", "domainId"] as const)
    of = of.where(key, it[key] === null ? "is" : "=", it[key]);
  return db.selectFrom("identityRoles").selectAll().where("id", "in", of).orderBy("name").execute();
}

export interface Holder extends Place {
  readonly userId: string;
  readonly inherited: boolean;
}

/** The users who have a role by a grant, their own or a group's (into which a federation may have put them). */
export async function holders(db: D, roleId: string): Promise<Holder[]> {
  const found = await sql<Holder>`
    select distinct coalesce(g.user_id, m.user_id) as user_id, g.project_id, g.domain_id, g.inherited
    from identity_grants g left join (
      select group_id, user_id from identity_members union select group_id, user_id from identity_expiring_members
    ) m using (group_id)
    where g.role_id = ${roleId} and coalesce(g.user_id, m.user_id) is not null`.execute(db);
  return found.rows;
}

interface How {
  /** Groups that a federation has put the user into. */
  readonly groups?: readonly string[];
  /** With roles that belong to a domain. */
  readonly ofDomains?: boolean;
}

/** The roles that a user has at a place and that hold at every service. */
export async function listEffectiveRoles(
  at: Moment,
  userId: string,
  place: Place,
  groups: readonly string[] = [],
  { ofDomains = false } = {},
): Promise<{ id: string; name: string; until: string | null }[]> {
  const held = await listHeldRoles(at, userId, place, { groups, ofDomains });
  return held.filter((it) => !it.at).map(({ id, name, until = null }) => ({ id, name, until }));
}

/**
 * The roles that a user has at a place: its own and its groups', inherited from above, and all that they imply. What a role
 * bound to a service implies holds at that service only; what is bound to two holds nowhere. Each with the time at which it ends
 * by itself, where it comes from nothing but groups whose membership does.
 */
export async function listHeldRoles(
  { db, now }: Moment,
  userId: string,
  at: Place,
  how: How = {},
): Promise<HeldRole[]> {
  const { groups = [], ofDomains = false } = how;
  const found = await sql<HeldRole>`
    with recursive above (id) as (
      select parent_id from identity_projects where id = ${at.projectId}::text
      union select p.parent_id from identity_projects p join above on p.id = above.id
    ), mine (group_id, until) as (
      select unnest(${[...groups]}::text[]), 'infinity'::timestamptz
      union all select group_id, 'infinity' from identity_members where user_id = ${userId}
      union all select group_id, expires_at from identity_passing_members where user_id = ${userId} and expires_at > ${now}
    ), held (id, service_id, until) as (
      select g.role_id, r.service_id,
        coalesce((select max(until) from mine where mine.group_id = g.group_id), 'infinity')
      from identity_grants g join identity_roles r on r.id = g.role_id
      where (g.user_id = ${userId} or g.group_id = any (array(select group_id from mine)))
        and ((not g.inherited and g.project_id is not distinct from ${at.projectId}::text
              and g.domain_id is not distinct from ${at.domainId}::text)
          or (g.inherited and coalesce(g.project_id, g.domain_id) in (select id from above)))
      union select i.implied_id, coalesce(held.service_id, r.service_id), held.until
      from identity_implied_roles i join held on i.prior_id = held.id join identity_roles r on r.id = i.implied_id
      where coalesce(held.service_id = r.service_id, true)
    ) select r.id, r.name, s.type as at, held.service_id = r.service_id as own, nullif(max(held.until), 'infinity') as until
      from identity_roles r join held using (id) left join identity_services s on s.id = held.service_id
      where r.domain_id is null or ${ofDomains}
      group by r.id, r.name, s.type, held.service_id = r.service_id order by r.name`.execute(db);
  return found.rows;
}

function exactly(db: D, it: Grant) {
  let of = db
    .selectFrom("identityGrants")
    .selectAll()
    .where("roleId", "=", it.roleId)
    .where("inherited", "=", it.inherited);
  for (const key of ["userId", "groupId", "projectId", "domainId"] as const)
    of = of.where(key, it[key] === null ? "is" : "=", it[key]);
  return of;
}

import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { unseal } from "#platform/store/seal.ts";
import type { DirectoryGroup, DirectoryUser } from "../driver.ts";
import type { IdentityTables } from "../tables.ts";
import { type Said, type Source, sourceOf } from "./choice.ts";
import { publicId } from "./directory.ts";

type D = Db<IdentityTables>;
export type Which = { readonly id: string } | { readonly name: string } | "all";
interface Row extends Said {
  readonly domainId: string;
  readonly domainName: string;
  readonly known: boolean;
  readonly sealed: string | null;
}

/** The domains whose users are kept elsewhere. */
export async function listSources(db: D, which: Which): Promise<readonly Source[]> {
  const of = which === "all" ? sql`true` : "id" in which ? sql`d.id = ${which.id}` : sql`d.name = ${which.name}`;
  const found = await sql<Row>`
    select d.id as domain_id, d.name as domain_name, o.group_name, o.option, o.value, o.sealed,
      exists (select from identity_users u where u.domain_id = d.id and u.directory_id is not null) as known
    from identity_projects d join identity_domain_options o on o.domain_id = d.id
    where d.is_domain and ${of} and exists (
      select from identity_domain_options e
      where e.domain_id = d.id and e.group_name = 'identity' and e.option = 'driver' and e.value <> '"sql"')
    order by d.id`.execute(db);
  const byDomain = Map.groupBy(found.rows, (row) => row.domainId);
  const sources = [...byDomain.values()].map((rows) => sourceOf(rows[0]!, rows.map(opened)));
  return sources.filter((it) => it !== undefined);
}

function opened({ sealed, value, ...row }: Row): Said {
  return { ...row, value: sealed === null ? value : JSON.parse(unseal(sealed)) };
}

export async function findSource(db: D, which: Exclude<Which, "all">): Promise<Source | undefined> {
  return (await listSources(db, which))[0];
}

/** Gives users of a directory their places among ours; says their ids. Once seen and not changed, nothing is written. */
export async function seeUsers(db: D, domainId: string, users: readonly DirectoryUser[], now: string) {
  const rows = users.map(({ localId: local_id, name, enabled, defaultProjectId: home, extra }) => {
    return { id: publicId(domainId, "user", local_id), name, enabled, home, extra, local_id };
  });
  if (rows.length > 0)
    await sql`
      insert into identity_users as u
        (id, name, domain_id, enabled, default_project_id, options, extra, created_at, directory_id)
      select s.id, s.name, ${domainId}, s.enabled, s.home, '{}', s.extra, ${now}, s.local_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as s (id text, name text, enabled boolean, home text, extra jsonb, local_id text)
      left join identity_users k on k.id = s.id
      where k.id is null or (k.name, k.enabled, k.default_project_id, k.extra) is distinct from (s.name, s.enabled, s.home, s.extra)
      order by s.id
      on conflict (id) do update set name = excluded.name, enabled = excluded.enabled,
        default_project_id = excluded.default_project_id, extra = excluded.extra`.execute(db);
  return rows.map(({ id }) => id);
}

export async function seeGroups(db: D, domainId: string, groups: readonly DirectoryGroup[]) {
  const rows = groups.map((it) => ({ ...it, id: publicId(domainId, "group", it.localId) }));
  if (rows.length > 0)
    await sql`
      insert into identity_groups as g (id, name, domain_id, description, extra, directory_id)
      select s.id, s.name, ${domainId}, s.description, s.extra, s.local_id
      from jsonb_to_recordset(${JSON.stringify(rows.map(({ localId, ...it }) => ({ ...it, local_id: localId })))}::jsonb)
        as s (id text, name text, description text, extra jsonb, local_id text)
      left join identity_groups k on k.id = s.id
      where k.id is null or (k.name, k.description, k.extra) is distinct from (s.name, s.description, s.extra)
      order by s.id
      on conflict (id) do update set name = excluded.name, description = excluded.description, extra = excluded.extra`.execute(
      db,
    );
  return rows.map(({ id }) => id);
}

/** Of the groups that are kept elsewhere the user is in these and in no others. Says whether it has left one. */
export async function setGroupsOf(db: D, userId: string, groupIds: readonly string[]): Promise<boolean> {
  const left = await sql`
    delete from identity_members m using identity_groups g
    where g.id = m.group_id and m.user_id = ${userId} and g.directory_id is not null and not g.id = any(${groupIds})
    returning m.group_id`.execute(db);
  await sql`
    insert into identity_members (group_id, user_id) select unnest(${groupIds}::text[]), ${userId}
    on conflict do nothing`.execute(db);
  return left.rows.length > 0;
}

/** These are the members of a group that is kept elsewhere. Says who has left it. */
export async function setMembersOf(db: D, groupId: string, userIds: readonly string[]): Promise<readonly string[]> {
  const left = await sql<{ userId: string }>`
    delete from identity_members where group_id = ${groupId} and not user_id = any(${userIds}) returning user_id`.execute(
    db,
  );
  await sql`
    insert into identity_members (group_id, user_id) select ${groupId}, unnest(${userIds}::text[])
    on conflict do nothing`.execute(db);
  return left.rows.map((row) => row.userId);
}

export async function noteLogin(db: D, userId: string, now: string) {
  await sql`update identity_users set directory_login_at = ${now} where id = ${userId}`.execute(db);
}

export interface Resident {
  readonly id: string;
  readonly localId: string;
  readonly enabled: boolean;
  /** Its groups that are kept there. */
  readonly groups: readonly string[];
}

/** Those of a directory's users who have logged in since, or have given others a part of what they may do. */
export async function listResidents(db: D, domainId: string, since: string): Promise<readonly Resident[]> {
  const found = await sql<Resident>`
    select id, directory_id as local_id, enabled, array(
      select g.id from identity_members m join identity_groups g on g.id = m.group_id
      where m.user_id = u.id and g.directory_id is not null) as groups
    from identity_users u
    where domain_id = ${domainId} and directory_id is not null
      and (directory_login_at > ${since} or id in (select trustor_user_id from identity_trusts))
    order by id`.execute(db);
  return found.rows;
}

/** Those of a directory's groups that have a role somewhere. */
export async function listGrantedGroups(db: D, domainId: string): Promise<readonly { id: string; localId: string }[]> {
  const found = await sql<{ id: string; localId: string }>`
    select id, directory_id as local_id from identity_groups
    where domain_id = ${domainId} and directory_id is not null
      and id in (select group_id from identity_grants where group_id is not null)
    order by id`.execute(db);
  return found.rows;
}

/** Says which of these were enabled until now. */
export async function disableUsers(db: D, ids: readonly string[]): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`
    update identity_users set enabled = false, directory_login_at = null where id = any(${ids}) returning id`.execute(
    db,
  );
  return found.rows.map(({ id }) => id);
}

import { sql, type Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { beyondNames } from "../directory/directory.ts";
import type { Seen } from "../directory/seen.ts";
import { missing, nameTaken } from "../errors.ts";
import { filtered, ordered, within } from "../filter.store.ts";
import type { Moment } from "../grant/grant.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { User } from "../user/user.ts";
import type { Group, Member } from "./group.ts";

type D = Db<IdentityTables>;

export async function insertGroup(db: D, it: Group) {
  const row = { ...it, extra: JSON.stringify(it.extra) };
  await unique(db.insertInto("identityGroups").values(row).execute(), () => nameTaken("group", it.name, it.domainId));
}

export async function getGroup(db: D, id: string): Promise<Group> {
  const it = await db.selectFrom("identityGroups").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw missing("group", id);
  return it;
}

/** Those kept here that fit; of those kept elsewhere, the ones that were just seen there: their names fit already. */
export function listGroups(db: D, query: Filters, domainId?: string, seen?: Seen): Promise<Group[]> {
  const all = () => within(db.selectFrom("identityGroups").selectAll(), domainId);
  const by = { texts: ["id", "name", "domain_id"] };
  const here = filtered(all().where("directoryId", "is", null), query, by);
  if (!seen) return ordered(here, query).execute();
  const shown = here.where("domainId", "not in", [...seen.hidden, ""]);
  const there = filtered(all().where(sql<boolean>`id = any(${seen.ids})`), beyondNames(query), by);
  return ordered(db.selectFrom(shown.unionAll(there).as("groups")).selectAll(), query).execute();
}

/** When a user leaves the groups that its membership in ends by itself, by group. */
export async function listPassing({ db, now }: Moment, userId: string): Promise<ReadonlyMap<string, string>> {
  const of = db.selectFrom("identityPassingMembers").select(["groupId", "expiresAt"]).where("userId", "=", userId);
  const rows = await of.where("expiresAt", ">", now).execute();
  return new Map(rows.map(({ groupId, expiresAt }) => [groupId, expiresAt]));
}

/** The groups that a user is in until it is taken out. */
export async function listLasting(db: D, userId: string): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom("identityMembers").select("groupId").where("userId", "=", userId).execute();
  return new Set(rows.map(({ groupId }) => groupId));
}

/** The names of all groups that a user is in, and of those (by id) that it is put into besides, with their domains'. */
export async function listGroupNames({ db, now }: Moment, userId: string, also: readonly string[]) {
  const { rows } = await sql<{ name: string; domainName: string }>`
    select g.name, d.name as domain_name from identity_groups g join identity_projects d on d.id = g.domain_id
    where g.id = any (${[...also]}::text[])
      or g.id in (select group_id from identity_members where user_id = ${userId})
      or g.id in (select group_id from identity_passing_members where user_id = ${userId} and expires_at > ${now})
    order by d.name, g.name`.execute(db);
  return rows;
}

/** A user's groups that are kept here, and those (by id) in which it was just seen elsewhere or is for a time. */
export function listGroupsOf(
  db: D,
  userId: string,
  query: Filters,
  { domainId, seen }: { readonly domainId?: string; readonly seen: readonly string[] },
): Promise<Group[]> {
  const mine = db.selectFrom("identityMembers").where("userId", "=", userId).select("groupId");
  const all = within(db.selectFrom("identityGroups").selectAll(), domainId);
  const own = all.where((e) =>
    e.or([e.and([e("directoryId", "is", null), e("id", "in", mine)]), sql<boolean>`id = any(${seen})`]),
  );
  return filtered(own, query, { texts: ["name"] })
    .orderBy("name")
    .execute();
}

export async function changeGroup(db: D, it: Group, { extra, ...plain }: Partial<Group>) {
  const set: Updateable<IdentityTables["identityGroups"]> = {
    ...plain,
    ...(extra && { extra: JSON.stringify(extra) }),
  };
  if (Object.keys(set).length === 0) return;
  const change = db.updateTable("identityGroups").set(set).where("id", "=", it.id).execute();
  await unique(change, () => nameTaken("group", plain.name ?? it.name, it.domainId));
}

export async function deleteGroup(db: D, id: string) {
  await db.deleteFrom("identityGroups").where("id", "=", id).execute();
}

export async function insertMember(db: D, it: Member) {
  await db
    .insertInto("identityMembers")
    .values(it)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Whether a user is in a group, for good or for a time. */
export async function isMember({ db, now }: Moment, { groupId, userId }: Member): Promise<boolean> {
  const of = db
    .selectFrom("identityMembers")
    .select("userId")
    .where("groupId", "=", groupId)
    .where("userId", "=", userId);
  const passing = db.selectFrom("identityPassingMembers").select("userId").where("groupId", "=", groupId);
  const both = of.unionAll(passing.where("userId", "=", userId).where("expiresAt", ">", now));
  return (await both.executeTakeFirst()) !== undefined;
}

/** Says whether the user was a member. */
export async function deleteMember(db: D, { groupId, userId }: Member): Promise<boolean> {
  const of = db.deleteFrom("identityMembers").where("groupId", "=", groupId).where("userId", "=", userId);
  return (await of.executeTakeFirst()).numDeletedRows === 1n;
}

/** A group's members; of one that is kept elsewhere, those (by id) that were just seen in it. */
export function listMembers(
  db: D,
  groupId: string,
  query: Filters,
  { domainId, seen }: { readonly domainId?: string; readonly seen?: readonly string[] },
): Promise<User[]> {
  const ids = db.selectFrom("identityMembers").where("groupId", "=", groupId).select("userId");
  const all = within(db.selectFrom("identityUsers").selectAll(), domainId);
  const members = seen ? all.where(sql<boolean>`id = any(${seen})`) : all.where("id", "in", ids);
  return filtered(members, query, { texts: ["name"], flags: ["enabled"], moments: ["password_expires_at"] })
    .orderBy("name")
    .execute();
}

/** Whoever may have tokens by way of a group, those that a federation has put into it among them. */
export async function memberIds(db: D, groupId: string): Promise<readonly string[]> {
  const passing = db.selectFrom("identityExpiringMembers").select("userId").where("groupId", "=", groupId);
  const members = db.selectFrom("identityMembers").select("userId").where("groupId", "=", groupId);
  const rows = await members.union(passing).execute();
  return rows.map((row) => row.userId);
}

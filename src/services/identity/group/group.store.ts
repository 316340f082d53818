import type { Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { missing, nameTaken } from "../errors.ts";
import { filtered, ordered, within } from "../filter.store.ts";
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

export function listGroups(db: D, query: Filters, domainId?: string): Promise<Group[]> {
  const all = within(db.selectFrom("identityGroups").selectAll(), domainId);
  return ordered(filtered(all, query, { texts: ["id", "name", "domain_id"] }), query).execute();
}

export function listGroupsOf(db: D, userId: string, query: Filters, domainId?: string): Promise<Group[]> {
  const mine = db.selectFrom("identityMembers").where("userId", "=", userId).select("groupId");
  const all = within(db.selectFrom("identityGroups").selectAll().where("id", "in", mine), domainId);
  return filtered(all, query, { texts: ["name"] })
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

export async function isMember(db: D, { groupId, userId }: Member): Promise<boolean> {
  const of = db.selectFrom("identityMembers").select("userId").where("groupId", "=", groupId);
  return (await of.where("userId", "=", userId).executeTakeFirst()) !== undefined;
}

/** Says whether the user was a member. */
export async function deleteMember(db: D, { groupId, userId }: Member): Promise<boolean> {
  const of = db.deleteFrom("identityMembers").where("groupId", "=", groupId).where("userId", "=", userId);
  return (await of.executeTakeFirst()).numDeletedRows === 1n;
}

export function listMembers(db: D, groupId: string, query: Filters, domainId?: string): Promise<User[]> {
  const ids = db.selectFrom("identityMembers").where("groupId", "=", groupId).select("userId");
  const all = within(db.selectFrom("identityUsers").selectAll().where("id", "in", ids), domainId);
  return filtered(all, query, { texts: ["name"], flags: ["enabled"] })
    .orderBy("name")
    .execute();
}

export async function memberIds(db: D, groupId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom("identityMembers").select("userId").where("groupId", "=", groupId).execute();
  return rows.map((row) => row.userId);
}

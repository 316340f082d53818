import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { ComputeTables } from "../tables.ts";
import type { GroupPolicy, ServerGroup } from "./server-group.ts";

type Groups = Db<ComputeTables>;

export async function insertServerGroup(db: Groups, it: ServerGroup): Promise<void> {
  await db.insertInto("computeServerGroups").values(it).execute();
}

export function findServerGroup(db: Groups, id: string): Promise<ServerGroup | undefined> {
  return db.selectFrom("computeServerGroups").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getServerGroup(db: Groups, id: string): Promise<ServerGroup> {
  const it = await findServerGroup(db, id);
  if (!it) throw notFound(`Instance group ${id} could not be found.`);
  return it;
}

/** A project's groups, or all (null), oldest first. */
export function listServerGroups(
  db: Groups,
  { projectId, offset, limit }: { projectId: string | null; offset: number; limit: number },
): Promise<ServerGroup[]> {
  const its = db.selectFrom("computeServerGroups").selectAll().orderBy("createdAt").orderBy("id");
  const wanted = projectId === null ? its : its.where("projectId", "=", projectId);
  return wanted.offset(offset).limit(limit).execute();
}

export async function deleteServerGroup(db: Groups, id: string): Promise<void> {
  await db.deleteFrom("computeServerGroups").where("id", "=", id).execute();
}

export async function countServerGroups(db: Groups, projectIds: readonly string[]): Promise<number> {
  const its = db.selectFrom("computeServerGroups").where(amongProjects(projectIds));
  return (await its.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow()).count;
}

/** The servers in each of these groups. */
export async function membersOf(db: Groups, groupIds: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  if (groupIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("computeServers")
    .select(["id", "serverGroupId"])
    .where("serverGroupId", "in", groupIds)
    .where("state", "<>", "deleted")
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
  const members = new Map<string, string[]>();
  for (const { id, serverGroupId } of rows) if (serverGroupId) append(members, serverGroupId, id);
  return members;
}

export async function countMembers(db: Groups, groupId: string): Promise<number> {
  return (await membersOf(db, [groupId])).get(groupId)?.length ?? 0;
}

/** How the other members of a server's group sit on hosts. Waits for whoever is placing another member of it. */
export async function hostsInGroup(db: Groups, groupId: string, serverId: string): Promise<GroupSpread> {
  const group = await db
    .selectFrom("computeServerGroups")
    .selectAll()
    .where("id", "=", groupId)
    .forUpdate()
    .executeTakeFirst();
  const rows = await db
    .selectFrom("computeServers")
    .select((eb) => ["host", eb.fn.countAll<number>().as("count")])
    .where("serverGroupId", "=", groupId)
    .where("id", "<>", serverId)
    .where("state", "<>", "deleted")
    .where("host", "is not", null)
    .groupBy("host")
    .execute();
  const taken = new Map(rows.map((it) => [it.host ?? "", it.count]));
  return { policy: group?.policy ?? null, perHost: group?.maxPerHost ?? 1, taken };
}
export interface GroupSpread {
  /** Null: the group is gone. */
  readonly policy: GroupPolicy | null;
  readonly perHost: number;
  /** How many members each host carries. */
  readonly taken: ReadonlyMap<string, number>;
}

function append(members: Map<string, string[]>, groupId: string, id: string) {
  const here = members.get(groupId);
  if (here) here.push(id);
  else members.set(groupId, [id]);
}

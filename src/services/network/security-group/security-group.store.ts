import { type Filters, listed, plain, standardFilters, tagFilters, truth } from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, insertNew, type NetworkDb } from "../resource/resource.store.ts";
import type { SecurityGroup } from "./security-group.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  name: plain("name"),
  stateful: truth("stateful"),
  is_default: truth("isDefault"),
};

function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkSecurityGroups");
  return sight === null ? all : all.where("projectId", "=", sight);
}
export function listGroups(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<SecurityGroup>(seenBy(db, sight), filters, asked);
}
export async function findGroup(db: NetworkDb, sight: string | null, id: string): Promise<SecurityGroup | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as SecurityGroup | undefined;
}
/** By id or by name: of a name there may be many. */
export function listGroupsNamed(db: NetworkDb, projectId: string, nameOrId: string): Promise<SecurityGroup[]> {
  return db
    .selectFrom("networkSecurityGroups")
    .selectAll()
    .where("projectId", "=", projectId)
    .where((eb) => eb.or([eb("id", "=", nameOrId), eb("name", "=", nameOrId)]))
    .execute();
}
export async function findDefaultGroup(db: NetworkDb, projectId: string): Promise<SecurityGroup | undefined> {
  return db
    .selectFrom("networkSecurityGroups")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("isDefault", "=", true)
    .executeTakeFirst();
}
/** Of two who make a project's default group at once one wins. */
export function insertDefaultGroup(db: NetworkDb, it: SecurityGroup): Promise<boolean> {
  return insertNew(db, "networkSecurityGroups", it);
}
export function listGroupsById(db: NetworkDb, ids: readonly string[]): Promise<SecurityGroup[]> {
  return db
    .selectFrom("networkSecurityGroups")
    .selectAll()
    .where("id", "in", [...ids, ""])
    .execute();
}
export async function isGroupUsed(db: NetworkDb, id: string): Promise<boolean> {
  return (
    (await db.selectFrom("networkPortGroups").select("portId").where("groupId", "=", id).executeTakeFirst()) !==
    undefined
  );
}
/** The groups whose rules speak of a group. */
export async function listGroupsThatName(db: NetworkDb, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom("networkSecurityGroupRules")
    .select("securityGroupId")
    .distinct()
    .where("remoteGroupId", "=", id)
    .execute();
  return rows.map((row) => row.securityGroupId);
}
export function listGroupIds(db: NetworkDb) {
  return db.selectFrom("networkSecurityGroups").select("id").where("realised", "=", true).execute();
}

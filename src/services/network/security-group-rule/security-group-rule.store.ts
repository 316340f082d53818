import { address, type Filters, listed, nullable, number, plain, standardFilters } from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, insertNew, type NetworkDb } from "../resource/resource.store.ts";
import type { SecurityGroupRule } from "./security-group-rule.ts";

const filters: Filters = {
  ...standardFilters,
  security_group_id: plain("securityGroupId"),
  direction: plain("direction"),
  ethertype: plain("ethertype"),
  protocol: nullable("protocol"),
  port_range_min: number("portRangeMin"),
  port_range_max: number("portRangeMax"),
  remote_ip_prefix: address("remoteIpPrefix"),
  remote_group_id: nullable("remoteGroupId"),
};

/** What a project sees: its own rules and those in its groups; null: everything. */
function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkSecurityGroupRules");
  if (sight === null) return all;
  return all.where((eb) =>
    eb.or([
      eb("projectId", "=", sight),
      eb("securityGroupId", "in", eb.selectFrom("networkSecurityGroups").select("id").where("projectId", "=", sight)),
    ]),
  );
}
export function listRules(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<SecurityGroupRule>(seenBy(db, sight), filters, asked);
}
export async function findRule(
  db: NetworkDb,
  sight: string | null,
  id: string,
): Promise<SecurityGroupRule | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as SecurityGroupRule | undefined;
}
export function listRulesOf(db: NetworkDb, groupIds: readonly string[]): Promise<SecurityGroupRule[]> {
  return db
    .selectFrom("networkSecurityGroupRules")
    .selectAll()
    .where("securityGroupId", "in", [...groupIds, ""])
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}
/** Inserts a rule unless the group has the same one; says whether it did. */
export function insertRule(db: NetworkDb, it: SecurityGroupRule): Promise<boolean> {
  return insertNew(db, "networkSecurityGroupRules", it);
}
export async function findSame(db: NetworkDb, it: SecurityGroupRule): Promise<string | undefined> {
  const { securityGroupId, direction, ethertype, protocol, portRangeMin, portRangeMax, remoteIpPrefix, remoteGroupId } =
    it;
  const alike = {
    securityGroupId,
    direction,
    ethertype,
    protocol,
    portRangeMin,
    portRangeMax,
    remoteIpPrefix,
    remoteGroupId,
  };
  let query = db.selectFrom("networkSecurityGroupRules").select("id");
  for (const [column, value] of Object.entries(alike))
    query = query.where(column as keyof typeof alike, value === null ? "is" : "=", value as string);
  return (await query.executeTakeFirst())?.id;
}

import { sql } from "kysely";
import { custom, type Filters, listed, plain, standardFilters, tagFilters, truth } from "../resource/listing.store.ts";
import type { Asked } from "../resource/listing.ts";
import { allOf, type NetworkDb } from "../resource/resource.store.ts";
import { owners, type Port, type Tap } from "./port.ts";

const filters: Filters = {
  ...standardFilters,
  ...tagFilters,
  name: plain("name"),
  network_id: plain("networkId"),
  admin_state_up: truth("adminStateUp"),
  mac_address: custom((query, values) =>
    query.where(
      "macAddress",
      "in",
      values.map((mac) => mac.toLowerCase()),
    ),
  ),
  status: plain("status"),
  device_id: plain("deviceId"),
  device_owner: plain("deviceOwner"),
  port_security_enabled: truth("portSecurityEnabled"),
  dns_name: plain("dnsName"),
  "binding:host_id": plain("host"),
  "binding:vnic_type": plain("vnicType"),
  security_groups: custom((query, ids) =>
    query.where((eb) =>
      eb("id", "in", eb.selectFrom("networkPortGroups").select("portId").where("groupId", "in", ids)),
    ),
  ),
  fixed_ips: custom(byAddress),
};

/** fixed_ips=ip_address=…, subnet_id=…, ip_address_substr=…: all of what is said must hold, any value of each will do. */
function byAddress(query: Parameters<Filters[string]["narrow"]>[0], values: readonly string[]) {
  const said = (key: string) =>
    values.filter((value) => value.startsWith(`${key}=`)).map((value) => value.slice(key.length + 1));
  const having = (test: ReturnType<typeof sql<boolean>>) =>
    sql<boolean>`id in (select port_id from network_addresses where ${test})`;
  const [ips, subnets, parts] = [said("ip_address"), said("subnet_id"), said("ip_address_substr")];
  let narrowed = query;
  if (ips.length) narrowed = narrowed.where(having(sql<boolean>`host(ip) in (${sql.join(ips)})`));
  if (subnets.length) narrowed = narrowed.where(having(sql<boolean>`subnet_id in (${sql.join(subnets)})`));
  for (const part of parts) narrowed = narrowed.where(having(sql<boolean>`strpos(host(ip), ${part}) > 0`));
  return narrowed;
}

/** What a project sees: its own ports and all ports on its networks; null: everything. */
function seenBy(db: NetworkDb, sight: string | null) {
  const all = allOf(db, "networkPorts");
  if (sight === null) return all;
  return all.where((eb) =>
    eb.or([
      eb("projectId", "=", sight),
      eb("networkId", "in", eb.selectFrom("networkNetworks").select("id").where("projectId", "=", sight)),
    ]),
  );
}
export function listPorts(db: NetworkDb, sight: string | null, asked: Asked) {
  return listed<Port>(seenBy(db, sight), filters, asked);
}
export async function findPort(db: NetworkDb, sight: string | null, id: string): Promise<Port | undefined> {
  return (await seenBy(db, sight).where("id", "=", id).executeTakeFirst()) as Port | undefined;
}
export function listPortsOn(db: NetworkDb, networkId: string): Promise<Port[]> {
  return db.selectFrom("networkPorts").selectAll().where("networkId", "=", networkId).execute();
}
export function listPortsById(db: NetworkDb, ids: readonly string[]): Promise<Port[]> {
  return db
    .selectFrom("networkPorts")
    .selectAll()
    .where("id", "in", [...ids, ""])
    .execute();
}
/** The ports of servers or routers, in the order in which they were given. */
export function listPortsOf(db: NetworkDb, deviceIds: readonly string[]): Promise<Port[]> {
  return db
    .selectFrom("networkPorts")
    .selectAll()
    .where("deviceId", "in", deviceIds.filter(Boolean).concat("none"))
    .orderBy("nicOrder")
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}
/** The legs of a router, without its gateway. */
export function listInterfaces(db: NetworkDb, routerId: string): Promise<Port[]> {
  return db
    .selectFrom("networkPorts")
    .selectAll()
    .where("deviceId", "=", routerId)
    .where("deviceOwner", "=", owners.routerInterface)
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}
export async function hasMac(db: NetworkDb, networkId: string, mac: string): Promise<boolean> {
  const query = db
    .selectFrom("networkPorts")
    .select("id")
    .where("networkId", "=", networkId)
    .where("macAddress", "=", mac);
  return (await query.executeTakeFirst()) !== undefined;
}
/** Gives an unused port to a device; says whether it was unused. */
export async function takePort(db: NetworkDb, id: string, to: Partial<Port>): Promise<boolean> {
  const done = await db
    .updateTable("networkPorts")
    .set({ ...to, revision: sql`revision + 1` })
    .where("id", "=", id)
    .where("deviceId", "=", "")
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

export function listGroupsOf(db: NetworkDb, portIds: readonly string[]) {
  return db
    .selectFrom("networkPortGroups")
    .selectAll()
    .where("portId", "in", [...portIds, ""])
    .orderBy("groupId")
    .execute();
}
export async function setGroups(db: NetworkDb, portId: string, groupIds: readonly string[]): Promise<void> {
  await db.deleteFrom("networkPortGroups").where("portId", "=", portId).execute();
  await addGroups(db, portId, groupIds);
}
/** For a port that has none yet. */
export async function addGroups(db: NetworkDb, portId: string, groupIds: readonly string[]): Promise<void> {
  const rows = [...new Set(groupIds)].map((groupId) => ({ portId, groupId }));
  if (rows.length) await db.insertInto("networkPortGroups").values(rows).execute();
}
export async function addGroup(db: NetworkDb, portId: string, groupId: string): Promise<void> {
  await db
    .insertInto("networkPortGroups")
    .values({ portId, groupId })
    .onConflict((c) => c.doNothing())
    .execute();
}
export async function removeGroup(db: NetworkDb, portId: string, groupId: string): Promise<boolean> {
  const done = await db
    .deleteFrom("networkPortGroups")
    .where("portId", "=", portId)
    .where("groupId", "=", groupId)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

export async function findTap(db: NetworkDb, portId: string): Promise<Tap | undefined> {
  return db.selectFrom("networkTaps").selectAll().where("portId", "=", portId).executeTakeFirst();
}
export function listTaps(db: NetworkDb): Promise<Tap[]> {
  return db.selectFrom("networkTaps").selectAll().execute();
}
export function listTapsOf(db: NetworkDb, serverIds: readonly string[]): Promise<Tap[]> {
  return db
    .selectFrom("networkTaps")
    .selectAll()
    .where("serverId", "in", [...serverIds, ""])
    .execute();
}
export async function writeTap(db: NetworkDb, it: Tap): Promise<void> {
  const { portId, ...to } = it;
  await db
    .insertInto("networkTaps")
    .values(it)
    .onConflict((c) => c.column("portId").doUpdateSet(to))
    .execute();
}
export async function dropTap(db: NetworkDb, portId: string): Promise<void> {
  await db.deleteFrom("networkTaps").where("portId", "=", portId).execute();
}

import { sql } from "kysely";
import type { NetworkDb } from "../resource/resource.store.ts";

/** Taps of a server that no port of it wants any more. */
export async function hasStaleTap(db: NetworkDb, serverId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from network_taps t left join network_ports p on p.id = t.port_id
    where t.server_id = ${serverId} and (p.id is null or p.host <> t.host or p.device_id <> t.server_id) limit 1`.execute(
    db,
  );
  return rows.length > 0;
}
/** The server whose port has an address on a network. */
export async function findServerAt(db: NetworkDb, networkId: string, ip: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("networkAddresses")
    .innerJoin("networkPorts", "networkPorts.id", "networkAddresses.portId")
    .select("networkPorts.deviceId")
    .where("networkPorts.networkId", "=", networkId)
    .where("networkPorts.deviceOwner", "like", "compute:%")
    .where(sql<boolean>`host(ip) = host(${ip}::inet)`)
    .executeTakeFirst();
  return row?.deviceId;
}
/** The groups of servers' ports, each once a server. */
export async function listGroupsOfServers(db: NetworkDb, serverIds: readonly string[]) {
  return db
    .selectFrom("networkPorts")
    .innerJoin("networkPortGroups", "networkPortGroups.portId", "networkPorts.id")
    .innerJoin("networkSecurityGroups", "networkSecurityGroups.id", "networkPortGroups.groupId")
    .select(["networkPorts.deviceId", "networkSecurityGroups.id", "networkSecurityGroups.name"])
    .distinct()
    .where(sql<boolean>`network_ports.device_id = any(${serverIds}) and network_ports.device_id <> ''`)
    .orderBy("networkSecurityGroups.name")
    .execute();
}

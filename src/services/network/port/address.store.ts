import { sql } from "kysely";
import { holdTurn, type NetworkDb } from "../resource/resource.store.ts";
import type { Address } from "./port.ts";

/** The lowest free address in a subnet's pools; others who ask wait until this transaction ends. */
export async function lowestFree(db: NetworkDb, subnetId: string): Promise<string | undefined> {
  await holdTurn(db, `addresses of ${subnetId}`);
  const { rows } = await sql<{ ip: string }>`
    with pools as (
      select (p->>'start')::inet as low, (p->>'end')::inet as high
      from network_subnets s, jsonb_array_elements(s.allocation_pools) p where s.id = ${subnetId}
    ), candidates as (
      select low as ip, high from pools
      union all
      select a.ip + 1, p.high from pools p
      join network_addresses a on a.subnet_id = ${subnetId} and a.ip >= p.low and a.ip < p.high
    )
    select host(c.ip) as ip from candidates c
    where c.ip <= c.high and not exists (
      select 1 from network_addresses a where a.subnet_id = ${subnetId} and a.ip = c.ip)
    order by c.ip limit 1`.execute(db);
  return rows[0]?.ip;
}

/** Takes one address unless somebody has it; says whether it did. */
export async function takeAddress(db: NetworkDb, it: Address): Promise<boolean> {
  const done = await db
    .insertInto("networkAddresses")
    .values(it)
    .onConflict((c) => c.columns(["subnetId", "ip"]).doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}
export async function dropAddress(db: NetworkDb, { subnetId, ip }: Pick<Address, "subnetId" | "ip">): Promise<void> {
  await db.deleteFrom("networkAddresses").where("subnetId", "=", subnetId).where("ip", "=", ip).execute();
}
export async function dropAddressesOn(db: NetworkDb, subnetId: string): Promise<void> {
  await db.deleteFrom("networkAddresses").where("subnetId", "=", subnetId).execute();
}
export function listAddressesOf(db: NetworkDb, portIds: readonly string[]): Promise<Address[]> {
  return db
    .selectFrom("networkAddresses")
    .selectAll()
    .where("portId", "in", [...portIds, ""])
    .orderBy("place")
    .orderBy("ip")
    .execute();
}
/** The ports that have addresses on a subnet. */
export function listPortsWithin(db: NetworkDb, subnetId: string) {
  return db
    .selectFrom("networkPorts")
    .innerJoin("networkAddresses", "networkAddresses.portId", "networkPorts.id")
    .selectAll("networkPorts")
    .where("networkAddresses.subnetId", "=", subnetId)
    .execute();
}
/** How many addresses of each subnet are taken. */
export function countTaken(
  db: NetworkDb,
  subnetIds: readonly string[],
): Promise<{ subnetId: string; taken: number }[]> {
  return db
    .selectFrom("networkAddresses")
    .select((eb) => ["subnetId", eb.fn.countAll<number>().as("taken")])
    .where("subnetId", "in", [...subnetIds, ""])
    .groupBy("subnetId")
    .execute();
}

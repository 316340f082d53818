import { sql } from "kysely";
import { holdTurn, type NetworkDb } from "../resource/resource.store.ts";
import type { Address } from "./port.ts";

/** Of larger subnets only so many of the highest addresses are looked at. */
const looked = 256;

/**
 * Takes a free address of a subnet's pools: the lowest, and in a large subnet the lowest of those that are free near its highest
 * one. Nobody waits for another one: what a transaction that is under way has chosen is passed over. Undefined: all were.
 */
export async function takeFree(
  db: NetworkDb,
  { portId, subnetId, place }: Omit<Address, "ip">,
): Promise<string | undefined> {
  for (let i = 0; i < tries; i += 1) {
    const ip = await takeNext(db, { portId, subnetId, place });
    if (ip) return ip;
  }
  for (;;) {
    const ip = await lowestFree(db, subnetId);
    if (ip === undefined || (await takeAddress(db, { portId, subnetId, ip, place }))) return ip;
  }
}

const tries = 2;

async function takeNext(db: NetworkDb, { portId, subnetId, place }: Omit<Address, "ip">): Promise<string | undefined> {
  const { rows } = await sql<{ ip: string }>`
    with pools as (
      select (p->>'start')::inet as low, (p->>'end')::inet as high
      from network_subnets s, jsonb_array_elements(s.allocation_pools) p where s.id = ${subnetId}
    ), taken as materialized (
      select ip from network_addresses where subnet_id = ${subnetId} order by ip desc limit ${looked}
    ), gaps as (
      select ip, high from (
        select low as ip, high from pools where (select count(*) from taken) < ${looked}
        union
        select t.ip + 1, p.high from pools p join taken t on t.ip >= p.low and t.ip < p.high
      ) c
      where not exists (select from taken t where t.ip = c.ip) order by ip limit 4
    ), free as materialized (
      select distinct g.ip + n as ip from gaps g, generate_series(0, 31) n
      where g.ip + n <= g.high and not exists (select from taken t where t.ip = g.ip + n) order by ip
    )
    insert into network_addresses (port_id, subnet_id, ip, place)
    select ${portId}, ${subnetId}, ip, ${place}::integer from free
    where pg_try_advisory_xact_lock(hashtextextended('network address ' || ${subnetId} || ' ' || host(ip), 0)) limit 1
    on conflict (subnet_id, ip) do nothing returning host(ip) as ip`.execute(db);
  return rows[0]?.ip;
}

/** The lowest free address in a subnet's pools; others who look for it wait until this transaction ends. */
async function lowestFree(db: NetworkDb, subnetId: string): Promise<string | undefined> {
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

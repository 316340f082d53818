import { sql } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import type { ComputeTables } from "../tables.ts";
import { type Aggregate, type AggregateHost, defaultZone } from "./aggregate.ts";

type Aggregates = Db<ComputeTables>;

export function listAggregates(db: Aggregates): Promise<Aggregate[]> {
  return db.selectFrom("computeAggregates").selectAll().orderBy("id").execute();
}

/** By number, or by uuid. */
export async function getAggregate(db: Aggregates, id: string): Promise<Aggregate> {
  const its = db.selectFrom("computeAggregates").selectAll();
  const it = await its.where(sql<boolean>`(id::text = ${id} or uuid::text = ${id})`).executeTakeFirst();
  if (!it) throw notFound(`Aggregate ${id} could not be found.`);
  return it;
}

/** Undefined when there is one of this name. */
export function insertAggregate(db: Aggregates, it: Omit<Aggregate, "id">): Promise<Aggregate | undefined> {
  const row = { ...it, metadata: JSON.stringify(it.metadata) };
  return db
    .insertInto("computeAggregates")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function isNamed(db: Aggregates, name: string): Promise<boolean> {
  const its = db.selectFrom("computeAggregates").select("id").where("name", "=", name);
  return (await its.executeTakeFirst()) !== undefined;
}

export async function changeAggregate(
  db: Aggregates,
  id: number,
  { name, metadata, updatedAt }: Pick<Aggregate, "name" | "metadata" | "updatedAt">,
): Promise<void> {
  const to = { name, metadata: JSON.stringify(metadata), updatedAt };
  await db.updateTable("computeAggregates").set(to).where("id", "=", id).execute();
}

export async function deleteAggregate(db: Aggregates, id: number): Promise<void> {
  await db.deleteFrom("computeAggregates").where("id", "=", id).execute();
}

/** The hosts of all aggregates, or of one. */
export async function hostsByAggregate(db: Aggregates, id?: number): Promise<ReadonlyMap<number, string[]>> {
  const its = db.selectFrom("computeAggregateHosts").selectAll().orderBy("host");
  const rows = await (id === undefined ? its : its.where("aggregateId", "=", id)).execute();
  const grouped = Map.groupBy(rows, (it) => it.aggregateId);
  return new Map([...grouped].map(([aggregate, of]) => [aggregate, of.map((it) => it.host)]));
}

/** The aggregates that a host is in. */
export function aggregatesOf(db: Aggregates, host: string): Promise<Aggregate[]> {
  return db
    .selectFrom("computeAggregates")
    .innerJoin("computeAggregateHosts", "aggregateId", "id")
    .selectAll("computeAggregates")
    .where("host", "=", host)
    .execute();
}

/** Says whether it was not in yet. */
export async function insertHost(db: Aggregates, it: AggregateHost): Promise<boolean> {
  const done = await db
    .insertInto("computeAggregateHosts")
    .values(it)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Says whether it was in. */
export async function removeHost(db: Aggregates, { aggregateId, host }: AggregateHost): Promise<boolean> {
  const its = db.deleteFrom("computeAggregateHosts").where("aggregateId", "=", aggregateId);
  return (await its.where("host", "=", host).executeTakeFirst()).numDeletedRows === 1n;
}

export async function hasServers(db: Aggregates, hosts: readonly string[]): Promise<boolean> {
  if (hosts.length === 0) return false;
  const its = db.selectFrom("computeServers").select("id").where("host", "in", hosts);
  return (await its.where("state", "<>", "deleted").limit(1).executeTakeFirst()) !== undefined;
}

/** Makes every host's zone be what its aggregates say. */
export async function putHostsInZones(db: Aggregates): Promise<void> {
  await sql`
    update compute_hosts set zone = said.zone
    from (select h.id, coalesce(min(a.metadata ->> 'availability_zone'), ${defaultZone}) as zone
      from compute_hosts h
      left join compute_aggregate_hosts m on m.host = h.name
      left join compute_aggregates a on a.id = m.aggregate_id
      group by h.id) said
    where said.id = compute_hosts.id and said.zone <> compute_hosts.zone`.execute(db);
}

import { type Kysely, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { NetworkTables } from "../tables.ts";
import { type AnyQuery, written } from "./listing.store.ts";

export type NetworkDb = Db<NetworkTables>;
type Table = keyof NetworkTables;
// biome-ignore lint/suspicious/noExplicitAny: one query for every table
type Any = Kysely<any>;

export async function insertRow<K extends Table>(db: NetworkDb, table: K, row: NetworkTables[K]): Promise<void> {
  await (db as Any).insertInto(table).values(written(row)).execute();
}

/** Inserts unless a constraint says that there is one already; says whether it did. */
export async function insertNew<K extends Table>(db: NetworkDb, table: K, row: NetworkTables[K]): Promise<boolean> {
  const done = await (db as Any)
    .insertInto(table)
    .values(written(row))
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Changes a resource, which makes a new revision of it. */
export async function changeRow<K extends Table>(
  db: NetworkDb,
  table: K,
  id: string,
  to: Partial<NetworkTables[K]>,
  now: string,
) {
  const set = { ...written(to), revision: sql`revision + 1`, updatedAt: now };
  return (await (db as Any)
    .updateTable(table as string)
    .set(set)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow()) as NetworkTables[K];
}

/** Changes what is no part of the resource as clients see it. */
export async function noteRow<K extends Table>(
  db: NetworkDb,
  table: K,
  id: string,
  to: Partial<NetworkTables[K]>,
): Promise<void> {
  await (db as Any)
    .updateTable(table as string)
    .set(written(to))
    .where("id", "=", id)
    .execute();
}

export async function deleteRow(db: NetworkDb, table: Table, id: string): Promise<void> {
  await (db as Any).deleteFrom(table).where("id", "=", id).execute();
}

export async function findRow<K extends Table>(
  db: NetworkDb,
  table: K,
  id: string,
): Promise<NetworkTables[K] | undefined> {
  return (await (db as Any).selectFrom(table).selectAll().where("id", "=", id).executeTakeFirst()) as
    | NetworkTables[K]
    | undefined;
}

/** All rows of a table as a query to narrow. */
export function allOf(db: NetworkDb, table: Table): AnyQuery {
  return (db as Any).selectFrom(table).selectAll();
}

export async function countOf(db: NetworkDb, table: Table, projectIds: readonly string[]): Promise<number> {
  const query = (db as Any).selectFrom(table).select(sql<number>`count(*)`.as("n")).where(amongProjects(projectIds));
  return (await query.executeTakeFirstOrThrow()).n;
}

/** Holds others who want to take the same thing until the transaction ends. */
export async function holdTurn(db: NetworkDb, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`network ${what}`}, 0))`.execute(db);
}

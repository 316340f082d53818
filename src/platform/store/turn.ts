import type { Database } from "./database.ts";

const lock = 7_368_265;

/** What of all processes on a database only one does at a time; one that dies lets the next one begin. */
export async function inTurn<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const client = await database.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    return await work();
  } finally {
    await client.end();
  }
}

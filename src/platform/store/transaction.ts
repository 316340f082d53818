import type pg from "pg";
import type { AnyDb } from "./database.ts";
import { type Build, Lane } from "./lane.ts";

interface Open {
  readonly lane: Lane;
  readonly db: AnyDb;
}
export type Transaction = <T>(work: (db: AnyDb) => Promise<T>) => Promise<T>;

/**
 * Transactions that take as few rounds as their questions allow: BEGIN goes with the first of them, and what is asked together goes
 * together. Writes whose answer nobody needs need not be awaited: if one fails, the commit fails with its error.
 */
export function transactions(pool: pg.Pool, build: Build): Transaction {
  const known = new WeakMap<pg.PoolClient, Open>();
  const openOn = (client: pg.PoolClient): Open => {
    const it = known.get(client) ?? made(client, build);
    known.set(client, it);
    return it;
  };
  return async (work) => {
    const client = await pool.connect();
    const { lane, db } = openOn(client);
    Object.assign(lane, { failed: undefined, crowded: false });
    client.query("begin").catch(() => {}); // whatever comes next fails as well, and says so
    try {
      const done = await work(db);
      await commit(lane);
      client.release();
      return done;
    } catch (why) {
      client.release(await isUnusable(lane));
      throw isFollowUp(why) ? (lane.failed ?? why) : why;
    }
  };
}

function made(client: pg.PoolClient, build: Build): Open {
  const lane = new Lane(client);
  return { lane, db: build((ask) => ask(lane)) };
}

/**
 * Where others may wait for this transaction's locks they are let go before its log is on the disk, and only its caller waits for
 * that. Whoever sees what it wrote comes behind it in the log, so that nothing can outlast it; and commits share a flush again,
 * which locks held over it, and each NOTIFY, would forbid.
 */
async function commit(lane: Lane): Promise<void> {
  const { client, crowded } = lane;
  const ending = client.query(crowded ? "set local synchronous_commit = off; commit" : "commit");
  const flushed = crowded ? client.query("select pg_logical_emit_message(true, 'crunch', '')") : undefined;
  flushed?.catch(() => {});
  const last = [await ending].flat().at(-1)!;
  // Where a statement had failed PostgreSQL completes COMMIT as ROLLBACK.
  if (last.command === "ROLLBACK") throw lane.failed ?? new Error("the transaction was rolled back");
  await flushed;
}

/** Sends a write with whatever is sent next: nobody needs its answer, and if it fails, so does the commit. */
export function inPassing(write: Promise<unknown>): void {
  write.catch(() => {});
}

/** Rolls back. What cannot even do that is thrown away. */
function isUnusable({ client }: Lane): Promise<boolean> {
  return client.query("rollback").then(
    () => false,
    () => true,
  );
}

/** "current transaction is aborted": another statement's fault. */
function isFollowUp(why: unknown): boolean {
  return (why as { code?: string } | undefined)?.code === "25P02";
}

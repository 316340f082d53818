import type pg from "pg";
import type { AnyDb } from "./database.ts";
import { aborted, type Build, isFollowUp, Lane } from "./lane.ts";

export type Transaction = <T>(work: (db: AnyDb) => Promise<T>) => Promise<T>;

/**
 * Transactions that take as few rounds as their questions allow: BEGIN goes with the first of them, and what is asked together goes
 * together. Writes whose answer nobody needs need not be awaited: if one fails, the commit fails with its error.
 */
export function transactions(pool: pg.Pool, build: Build): Transaction {
  return async (work) => {
    const client = await pool.connect();
    const lane = new Lane(client);
    client.query("begin").catch(() => {}); // whatever comes next fails as well, and says so
    try {
      const done = await work(build((ask) => ask(lane)));
      await commit(lane);
      client.release();
      return done;
    } catch (why) {
      client.release(await isUnusable(lane));
      throw isFollowUp(why) ? (lane.failed ?? why) : why;
    }
  };
}

/**
 * Where others may wait for this transaction's locks they are let go before its log is on the disk, and only its caller waits for
 * that. Whoever sees what it wrote comes behind it in the log, so that nothing can outlast it; and commits share a flush again,
 * which locks held over it, and each NOTIFY, would forbid.
 */
async function commit(lane: Lane): Promise<void> {
  const { client, crowded } = lane;
  lane.closed = true;
  const ending = client.query(crowded ? "set local synchronous_commit = off; commit" : "commit");
  const flushed = crowded ? client.query("select pg_logical_emit_message(true, 'crunch', '')") : undefined;
  flushed?.catch(() => {});
  const last = [await ending].flat().at(-1)!;
  // Where a statement had failed PostgreSQL completes COMMIT as ROLLBACK.
  if (last.command === "ROLLBACK") throw Object.assign(new Error("the transaction was rolled back"), { code: aborted });
  await flushed;
}

/** Sends one statement with whatever is sent next: nobody needs its answer, and if it fails, so does the commit. */
export function inPassing(write: Promise<unknown>): void {
  write.catch(() => {});
}

/** Rolls back. What cannot even do that is thrown away. */
function isUnusable(lane: Lane): Promise<boolean> {
  lane.closed = true;
  return lane.client.query("rollback").then(
    () => false,
    () => true,
  );
}

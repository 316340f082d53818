import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
} from "kysely";
import type pg from "pg";
import type { AnyDb } from "./database.ts";

type Sent = Pick<pg.QueryResult, "command" | "rowCount" | "rows">;
const changes = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);
/** PostgreSQL's word for a statement in a transaction that is lost already. */
export const aborted = "25P02";
const crowds = /pg_notify|advisory_xact_lock|for no key update/;

/** One connection. What is asked of it is sent at once and answered in that order: nothing waits for the answer before it. */
export class Lane implements DatabaseConnection {
  readonly client: pg.PoolClient;
  /** Why the transaction is lost: the statements sent behind the one that failed only say that it is, and may be heard of sooner. */
  failed: unknown;
  /** Whether others may be waiting for locks that this transaction holds, or for its turn to tell something. */
  crowded = false;
  /** The transaction is over, and the connection another one's. */
  closed = false;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.closed) throw new Error("the transaction is over");
    this.crowded ||= crowds.test(sql);
    try {
      const { command, rowCount, rows } = await (this.client.query(sql, parameters as unknown[]) as Promise<Sent>);
      return changes.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows: rows ?? [] };
    } catch (why) {
      if (!isFollowUp(why)) this.failed ??= why;
      throw why;
    }
  }

  streamQuery(): never {
    throw new Error("results are not streamed");
  }
}

/** "current transaction is aborted": another statement's fault. */
export function isFollowUp(why: unknown): boolean {
  return (why as { code?: string } | undefined)?.code === aborted;
}

interface Ground {
  readonly db: AnyDb;
  readonly dialect: Dialect;
  readonly driver: Driver;
}
/** A query builder whose queries run on the connection that it is given for each. */
export type Build = (provideConnection: <T>(ask: (lane: DatabaseConnection) => Promise<T>) => Promise<T>) => AnyDb;

export function builder({ db, dialect, driver }: Ground): Build {
  const executor = db.getExecutor();
  return (provideConnection) =>
    new Kysely({
      config: { dialect },
      dialect,
      driver,
      executor: executor.withConnectionProvider({ provideConnection }),
    });
}

import { Kysely } from "kysely";
import pg from "pg";
import { unavailable } from "../api/errors.ts";
import type { Loose } from "../service/loose.ts";
import { builder } from "./lane.ts";
import { camelResults, SnakeDialect } from "./names.ts";
import { type Reading, readings } from "./reading.ts";
import { isOutdated, prepareWhatComesAgain } from "./statements.ts";
import { type Transaction, transactions } from "./transaction.ts";

export type AnyDb = Kysely<Loose>;

export interface Database {
  readonly db: AnyDb;
  readonly pool: pg.Pool;
  readonly transaction: Transaction;
  readonly reading: Reading;
  /** How to open one connection of one's own (for LISTEN and for locks of a session). */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

const types = new Map<number, (text: string) => unknown>([
  [1184, isoText],
  [1114, isoText],
  [20, Number],
  [1700, Number],
]);

/** "2026-11-20 21:03:00.1+00" → "2026-11-20T21:03:00.100Z": PostgreSQL leaves zeros out at the end, and texts shall compare as times do. */
function isoText(text: string): string {
  const end = text.endsWith("+00") ? text.length - 3 : text.length;
  const time = `${text.slice(0, 10)}T${text.slice(11, end)}`;
  const digits = end - 20;
  return digits < 0 ? `${time}.000Z` : digits < 3 ? `${time}${"00".slice(digits - 1)}Z` : `${time}Z`;
}

const parsers = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    return types.get(oid) ?? pg.types.getTypeParser(oid, format as "text");
  },
};

/**
 * Opens a pool on a PostgreSQL: a URL, or a folder that holds its socket. Queries are not compiled there: that takes two
 * seconds where a list of ten thousand takes a quarter of one.
 */
export function openDatabase(url: string, size: number): Database {
  camelResults();
  const config: pg.PoolConfig = {
    connectionString: url,
    max: size,
    types: parsers as pg.CustomTypesConfig,
    application_name: "crunch",
    options: "-c timezone=UTC -c jit=off -c idle_in_transaction_session_timeout=60000",
    connectionTimeoutMillis: 10_000,
    pipeline: true,
  };
  const pool = new pg.Pool(config);
  pool.on("error", () => {}); // an idle connection broke: the next query says so to somebody who can act on it
  pool.on("connect", (client) => client.on("error", () => {})); // likewise one in use: its query fails anyway
  pool.on("connect", prepareWhatComesAgain);
  const dialect = new SnakeDialect({ pool });
  const db: AnyDb = new Kysely({ dialect });
  const build = builder({ db, dialect, driver: dialect.createDriver() });
  return {
    db,
    pool,
    transaction: transactions(pool, build),
    reading: readings(pool, build),
    async connect() {
      const client = new pg.Client({ ...config });
      client.on("error", () => {});
      await client.connect();
      return client;
    },
    close: () => db.destroy(),
  };
}

/** Whether an error means that the database cannot be reached now, or has no room (53…), rather than that it said no. */
export function isLost(why: unknown): boolean {
  const { code, message, severity, cause } = (why ?? {}) as {
    code?: string;
    message?: string;
    severity?: string;
    cause?: unknown;
  };
  if (cause && isLost(cause)) return true;
  if (severity === "FATAL" || severity === "PANIC") return true; // it ended the session
  if (code && /^(08|57P0|53|ECONN|ENOENT|EPIPE|ETIMEDOUT)/.test(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|read-only transaction/.test(
    message ?? "",
  );
}

/** Whether two transactions stood in each other's way, so that the same work may be tried again at once. */
export function isClash(why: unknown): boolean {
  const { code } = (why ?? {}) as { code?: string };
  return code === "40001" || code === "40P01" || isOutdated(why);
}

const unstorable: Readonly<Record<string, string>> = {
  "22021": "The request holds characters that cannot be kept (NUL or broken Unicode).",
  "22P05": "The request holds characters that cannot be kept (NUL or broken Unicode).",
  "22P02": "A value in the request is not of the form that it should be.",
  "22003": "A number in the request is too large.",
  "22007": "A time in the request is not of the form that it should be.",
  "22008": "A time in the request is beyond all calendars.",
  "2201B": "A pattern in the request is not a regular expression.",
};

/** Why no column of PostgreSQL can hold a value, or be compared with it, where it was refused for that. */
export function whyUnstorable(why: unknown): string | undefined {
  return unstorable[String((why as { code?: string } | null)?.code)];
}

export function lost(why?: unknown) {
  const full = /^53/.test(String((why as { code?: string } | undefined)?.code));
  const what = full ? "has no room at the moment" : "cannot be reached at the moment";
  return unavailable(`The database ${what}. Nothing was changed; please try again.`);
}

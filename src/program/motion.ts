import type { Config } from "#platform/config/config.ts";
import { lifeLock } from "#platform/event/bus.ts";
import type { Database } from "#platform/store/database.ts";
import type { Motion, Status } from "./status.ts";

interface Row {
  readonly name: string;
  readonly subject: string;
  readonly step: string | null;
  readonly state: string;
  readonly stepSince: string | null;
  readonly startedAt: string;
  readonly stepUntil: string | null;
  readonly attempt: number;
  readonly error: string | null;
  readonly waitsFor: string | null;
  readonly wakeAt: string;
  readonly holder: number | null;
}
interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly url: string;
  readonly kind: string;
}

const since = new Date().toISOString();

/** What `crunch status` shows: who runs where, how much there is, and what is in motion. */
export async function readStatus({ config, database, url, kind }: Parts): Promise<Status> {
  const { pool } = database;
  const one = async (text: string, values: unknown[] = []) =>
    Number((await pool.query<{ n: number }>(text, values)).rows[0]?.n ?? 0);
  const processes = await one(
    "select count(*) as n from pg_locks where locktype = 'advisory' and classid = $1 and granted",
    [lifeLock],
  );
  const counts = {
    servers: await one("select count(*) as n from compute_servers where state <> 'deleted'"),
    volumes: await one("select count(*) as n from block_storage_volumes"),
    networks: await one("select count(*) as n from network_networks"),
    ports: await one("select count(*) as n from network_ports"),
    images: await one("select count(*) as n from image_images where status <> 'deleted'"),
  };
  const { rows } = await pool.query<Row>(
    "select * from platform_sagas where state in ('running', 'undoing') order by id limit 200",
  );
  const where = config.database ? "PostgreSQL server" : "own PostgreSQL";
  return {
    pid: process.pid,
    url,
    state: config.state,
    since,
    kind,
    database: where,
    processes,
    counts,
    motion: rows.map(motion),
  };
}

function motion({
  name,
  subject,
  step,
  state,
  stepSince,
  startedAt,
  stepUntil,
  attempt,
  error,
  waitsFor,
  wakeAt,
  holder,
}: Row): Motion {
  const next = holder
    ? "it is being worked on"
    : waitsFor && waitsFor !== "again"
      ? `waits for ${waitsFor}, looks again at ${wakeAt}`
      : `goes on at ${wakeAt}`;
  return {
    saga: name,
    subject,
    step,
    state,
    since: stepSince ?? startedAt,
    until: stepUntil,
    attempt,
    why: error,
    next,
  };
}

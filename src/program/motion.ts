import type { Config } from "#platform/config/config.ts";
import { lifeLock } from "#platform/event/bus.ts";
import type { Operations } from "#platform/operation/operations.ts";
import type { Database } from "#platform/store/database.ts";
import type { Status } from "./status.ts";

interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly operations: Operations;
  readonly url: string;
  readonly kind: string;
}

const since = new Date().toISOString();

/** What `crunch status` shows: who runs where, how much there is, and what is in motion. */
export async function readStatus({ config, database, operations, url, kind }: Parts): Promise<Status> {
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
    ...(await inMotion(operations)),
  };
}

async function inMotion(operations: Operations): Promise<Pick<Status, "motion" | "moving">> {
  const { open, count } = await operations.list();
  return { motion: open, moving: count };
}

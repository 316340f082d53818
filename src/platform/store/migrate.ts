import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";
import { systemClock } from "../time/clock.ts";
import type { Database } from "./database.ts";

export interface Migrations {
  /** Whose they are: names the rows that remember what ran. */
  readonly owner: string;
  readonly folder: URL;
}

const lock = 7_368_264;
const most = 120;

/**
 * Brings the schema up to the files, forward only, each file once, each owner's in the order of their numbers; of many
 * processes one does it while the others wait. What a newer build has run and this one does not know is no matter: files only
 * add, so that older programs go on until they are replaced. Returns the names of what ran.
 */
export async function migrate(database: Database, all: readonly Migrations[]): Promise<string[]> {
  const client = await database.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    await client.query(
      "create table if not exists platform_migrations (name text primary key, ran_at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ name: string }>("select name from platform_migrations");
    const done = new Set(rows.map((r) => r.name));
    const ran: string[] = [];
    for (const { owner, folder } of all) ran.push(...(await runFolder(client, owner, folder, done)));
    return ran;
  } finally {
    await client.end();
  }
}

async function runFolder(client: pg.Client, owner: string, folder: URL, done: ReadonlySet<string>) {
  const ran: string[] = [];
  for (const file of (await readdir(folder)).filter((f) => f.endsWith(".sql")).sort()) {
    const name = `${owner}/${file}`;
    if (done.has(name)) continue;
    await runOne(client, name, await readFile(new URL(file, folder), "utf8"));
    ran.push(name);
  }
  return ran;
}

/** Whoever waits for a lock on a table makes all others wait behind: it waits for a second, lets them pass, and tries again. */
async function runOne(client: pg.Client, name: string, text: string): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return await tryOne(client, name, text);
    } catch (why) {
      const { code } = (why as Error).cause as { code?: string };
      if (code !== "55P03" || tries === most) throw why;
      await new Promise<void>((then) => systemClock.after(250, then));
    }
}

async function tryOne(client: pg.Client, name: string, text: string): Promise<void> {
  await client.query("begin; set local lock_timeout = '1s'");
  try {
    await client.query(text);
    await client.query("insert into platform_migrations (name) values ($1)", [name]);
    await client.query("commit");
  } catch (why) {
    await client.query("rollback");
    throw new Error(`the migration ${name} failed: ${(why as Error).message}`, { cause: why });
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newLog } from "#platform/log/log.ts";
import { type Database, openDatabase } from "#platform/store/database.ts";
import { type Migrations, migrate } from "#platform/store/migrate.ts";
import { type Postgres, startPostgres } from "#platform/store/postgres.ts";

const copies = join(tmpdir(), "crunch-test-templates");
const quiet = newLog({ level: "silent" });

let server: Promise<{ postgres: Postgres; admin: Database }> | undefined;
const made = new Map<string, Promise<string>>();
let count = 0;

/** One PostgreSQL for the whole run, without fsync, gone with the process. */
async function testServer() {
  server ??= (async () => {
    const dir = mkdtempSync(join(tmpdir(), "crunch-pg-"));
    const postgres = await startPostgres({ dir, copies, templates: [copies], log: quiet, unsafe: true });
    process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
    const admin = openDatabase(postgres.url, 1);
    return { postgres, admin };
  })();
  return server;
}

/** A database of its own with all migrations run, copied from a template. */
export async function testDatabase(
  migrations: readonly Migrations[],
): Promise<{ database: Database; url: string; drop(): Promise<void> }> {
  const { postgres, admin } = await testServer();
  const template = await templateFor(migrations);
  const name = `cloud_${process.pid}_${++count}`;
  await admin.pool.query(`create database ${name} template ${template} strategy file_copy`);
  const url = postgres.url.replace("db=postgres", `db=${name}`);
  const database = openDatabase(url, 8);
  return {
    database,
    url,
    async drop() {
      await database.close();
      await admin.pool.query(`drop database if exists ${name} with (force)`);
    },
  };
}

async function templateFor(migrations: readonly Migrations[]): Promise<string> {
  const key = migrations.map((m) => m.owner).join();
  const it = made.get(key) ?? makeTemplate(migrations);
  made.set(key, it);
  return it;
}

async function makeTemplate(migrations: readonly Migrations[]): Promise<string> {
  const { postgres, admin } = await testServer();
  const name = `template_${process.pid}_${made.size}`;
  await admin.pool.query(`create database ${name}`);
  const database = openDatabase(postgres.url.replace("db=postgres", `db=${name}`), 1);
  await migrate(database, migrations);
  await database.close();
  return name;
}

/** Ends the server when a test run is over; node:test would wait for it otherwise. */
export async function stopTestServer(): Promise<void> {
  if (!server) return;
  const { postgres, admin } = await server;
  server = undefined;
  made.clear();
  await admin.close();
  await postgres.stop();
}

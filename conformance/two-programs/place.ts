import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newLog } from "../../src/platform/log/log.ts";
import { startPostgres } from "../../src/platform/store/postgres.ts";
import { caches } from "../../src/program/installation.ts";
import { home } from "../chaos/place.ts";

/** What both programs stand on: a PostgreSQL server, a simulated world, and two builds, of which one is newer. */
export interface Place {
  readonly folder: string;
  readonly database: string;
  readonly world: string;
  readonly older: string;
  readonly newer: string;
  /** Where both write which step of which saga they take. */
  readonly trace: string;
  /** Where both look which border they are to fall asleep at, whoever of them comes there first. */
  readonly nap: string;
  stop(how: { readonly keep: boolean }): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "two-programs-"));
  await chmod(folder, 0o755); // PostgreSQL runs as another user
  const copies = join(folder, "templates");
  const log = newLog({ level: "silent" });
  const dir = join(folder, "postgres");
  const postgres = await startPostgres({ dir, copies, templates: [caches.postgres, copies], log });
  const socket = /^socket:([^?]+)/.exec(postgres.url)![1]!;
  return {
    folder,
    database: `postgres://crunch@localhost/postgres?host=${encodeURIComponent(socket)}`,
    world: join(folder, "world"),
    older: home,
    newer: await makeNewer(join(folder, "newer")),
    trace: join(folder, "trace"),
    nap: join(folder, "nap"),
    async stop({ keep }) {
      await postgres.stop();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

const addition = `
alter table compute_servers add column mood text not null default 'good';
alter table block_storage_volumes add column mood text;
create table compute_moods (server_id uuid primary key, mood text not null);
`;

/** This checkout with one more migration, which adds and takes nothing away. */
async function makeNewer(folder: string): Promise<string> {
  await mkdir(folder);
  for (const part of ["src", "package.json"]) await cp(join(home, part), join(folder, part), { recursive: true });
  await symlink(join(home, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "src/services/compute/migrations/9000-moods.sql"), addition);
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  const { port } = server.address() as { port: number };
  await new Promise((then) => server.close(then));
  return port;
}

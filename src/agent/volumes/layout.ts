import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "#platform/service/driver.ts";
import { type GuestUser, guestUser } from "../guest-user.ts";

/** Where a volume is served from. */
export interface ServedFiles {
  readonly id: string;
  readonly dir: string;
  /** Everything of the daemon that serves the volume. */
  readonly run: string;
  readonly pid: string;
  readonly qmp: string;
  readonly nbd: string;
  /** Says for whom the daemon runs. */
  readonly guest: string;
  /** Says which snapshot of another volume a copy in the making reads. */
  readonly reading: string;
  /** The unprivileged user that the daemon runs as, and nobody else. */
  readonly user: GuestUser;
}

export function servedFiles(root: string, id: string): ServedFiles {
  if (!/^[A-Za-z0-9-]+$/.test(id)) throw new Refused(`${id} is no name for a volume.`);
  const dir = join(root, id);
  const run = join(dir, "run");
  return {
    id,
    dir,
    run,
    pid: join(run, "pid"),
    qmp: join(run, "qmp.sock"),
    nbd: join(run, "nbd.sock"),
    guest: join(run, "guest"),
    reading: join(dir, "reading"),
    user: guestUser(id),
  };
}

/** The ids of the volumes that have a folder. */
export async function listFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(orNone([]));
  return entries.filter((it) => it.isDirectory()).map(({ name }) => name);
}

export async function readRecord<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(orNone(undefined));
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** What stands for a file that is not there; other troubles are thrown on. */
export function orNone<T>(none: T): (why: NodeJS.ErrnoException) => T {
  return (why) => {
    if (why.code === "ENOENT") return none;
    throw why;
  };
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Account, postgresAccount } from "./account.ts";
import { postgresBinaries } from "./binaries.ts";

const run = promisify(execFile);

/** "postgres (PostgreSQL) 15.8 …" */
export async function versionOf(bin: string): Promise<string> {
  return (await run(join(bin, "postgres"), ["--version"])).stdout;
}

/** Makes the initialised data folder that first starts copy, unless it is there; the installation calls this. */
export async function makeTemplate(templates: string): Promise<string> {
  const account = await postgresAccount();
  const copies = await mkdtemp(join(tmpdir(), "crunch-postgres-"));
  try {
    return await ensureTemplate(await postgresBinaries(copies, account), [templates], account);
  } finally {
    await rm(copies, { recursive: true, force: true });
  }
}

/** Where the template for these binaries is; makes it in the last of the folders where none has it. It holds no data, no secret. */
export async function ensureTemplate(
  bin: string,
  templates: readonly string[],
  account: Account | undefined,
): Promise<string> {
  const name = `postgres-${digest(await versionOf(bin))}`;
  const paths = templates.map((folder) => join(folder, name));
  for (const path of paths) if (await stat(path).catch(() => undefined)) return path;
  await make(bin, paths.at(-1)!, account);
  return paths.at(-1)!;
}

/** The work is done in a folder that the unprivileged user can reach, which that of the template need not be. */
async function make(bin: string, path: string, account: Account | undefined): Promise<void> {
  const room = await mkdtemp(join(tmpdir(), "crunch-initdb-"));
  try {
    await initialise(bin, room, account);
    await mkdir(dirname(path), { recursive: true });
    await moveIn(join(room, "data"), path);
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

async function initialise(bin: string, room: string, account: Account | undefined): Promise<void> {
  if (account) await chown(room, account.uid, account.gid);
  const args = ["-D", join(room, "data"), "-U", "crunch", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"];
  const as = account && { uid: account.uid, gid: account.gid };
  await run(join(bin, "initdb"), [...args, "--no-sync"], { ...as, cwd: "/" });
}

/** It appears whole or not at all, and readable by whoever may start the program; who comes second leaves it as it is. */
async function moveIn(made: string, path: string): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await run("cp", ["-r", made, beside]);
  await run("chmod", ["-R", "a+rX", beside]);
  await run("sync", ["-f", beside]);
  await rename(beside, path).catch(() => rm(beside, { recursive: true }));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

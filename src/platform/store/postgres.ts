import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Log } from "../log/log.ts";
import { systemClock } from "../time/clock.ts";
import { type Account, postgresAccount } from "./account.ts";
import { postgresBinaries } from "./binaries.ts";
import { ensureTemplate, versionOf } from "./template.ts";

const run = promisify(execFile);

export interface PostgresOptions {
  /** Holds data/ and sock/. */
  readonly dir: string;
  /** Where binaries are copied to that the unprivileged user cannot reach where npm put them. */
  readonly copies: string;
  /** Folders with initialised data folders, one for each version of PostgreSQL, that a first start copies; it makes one in the last if none has it. */
  readonly templates: readonly string[];
  readonly log: Log;
  /** Only for tests: power loss would lose commits. */
  readonly unsafe?: boolean;
}
export interface Postgres {
  readonly url: string;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL as this process's own child: unix socket only, an unprivileged user, killed with its parent, started again
 * if it dies. Resolves when it takes connections.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = await postgresAccount();
  const bin = await postgresBinaries(options.copies, account);
  const data = join(options.dir, "data");
  const socket = await socketFolder(options.dir, account);
  await prepare(bin, options, data, account);
  await awaitPredecessor(data, socket);
  const server = keepRunning(() => launch({ bin, data, socket, account, ...options }), options.log);
  await server.ready;
  return { url: `socket:${socket}?db=postgres&user=crunch`, pid: server.pid, stop: server.stop };
}

async function prepare(bin: string, { dir, templates }: PostgresOptions, data: string, account: Account | undefined) {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o711);
  const made = await readFile(join(data, "PG_VERSION"), "utf8").catch(() => undefined);
  const stdout = await versionOf(bin);
  if (made && !stdout.includes(` ${made.trim()}`))
    throw new Error(
      `${data} was made by PostgreSQL ${made.trim()}, and here is ${stdout.trim()}; install that version again or give --database`,
    );
  if (made) return;
  const template = await ensureTemplate(bin, templates, account);
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await run("cp", ["-r", "--reflink=auto", template, fresh]);
  await run("chmod", ["-R", "go=", fresh]);
  if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, fresh]);
  await run("sync", ["-f", fresh]);
  await rename(fresh, data);
}

/** A socket's path may have 107 characters; a deep state folder gets a short one elsewhere. */
async function socketFolder(dir: string, account: Account | undefined): Promise<string> {
  const own = join(dir, "sock");
  const path =
    own.length < 80 ? own : join(tmpdir(), `crunch-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
  return path;
}

/** A server whose parent was killed a moment ago is still writing its checkpoint: let it. */
async function awaitPredecessor(data: string, socket: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
    const unburied = pid !== 0 && (await isUnburied(pid));
    if (!pid || !(unburied || (await serves(pid, data)))) return;
    // Where nobody ever buries it (a container whose first process does not), its names are taken off the doors. A new server
    // still refuses while any process of the old one has the shared memory of this folder.
    if (unburied && tries >= 100) return forget([join(data, "postmaster.pid"), join(socket, ".s.PGSQL.5432.lock")]);
    await new Promise<void>((then) => systemClock.after(50, then));
  }
  throw new Error(`another PostgreSQL still runs on ${data}; is a second Crunch using this state folder?`);
}

async function forget(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}

async function serves(pid: number, data: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes("postgres") && command.includes(data);
}

/** One that has ended and that nobody has waited for yet: to PostgreSQL it still runs. */
async function isUnburied(pid: number): Promise<boolean> {
  return /\) Z /.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
}

interface Launch extends PostgresOptions {
  readonly bin: string;
  readonly data: string;
  readonly socket: string;
  readonly account: Account | undefined;
}

function launch({ bin, data, socket, account, unsafe }: Launch): ChildProcess {
  const settings = {
    unix_socket_directories: socket,
    unix_socket_permissions: "0700",
    listen_addresses: "",
    max_connections: "100",
    shared_buffers: "64MB",
    max_wal_size: "512MB",
    // Who takes a resource back and who brings it on meet in both orders; the one that gives way tries again, and must not stand for a second first.
    deadlock_timeout: "50ms",
    log_min_messages: "warning",
    // Tests open clouds by the dozen, each with connections of its own.
    ...(unsafe && { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "1000" }),
  };
  const flags = Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`]);
  const user = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"] : [];
  const args = ["--pdeathsig", "INT", ...user, join(bin, "postgres"), "-D", data, ...flags];
  return spawn("setpriv", args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    cwd: "/",
    detached: true,
  });
}

/** Starts it, and again whenever it dies unasked; `ready` is the first time that it takes connections. */
function keepRunning(start: () => ChildProcess, log: Log) {
  let child: ChildProcess | undefined;
  let stopping = false;
  let last = "";
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const begin = () => {
    child = start();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      last = text.trim() || last;
      if (text.includes("ready to accept connections")) resolve();
      else log.debug({ postgres: text.trim() }, "postgres says");
    });
    child.once("exit", (code) => {
      if (stopping) return;
      reject(new Error(`PostgreSQL did not start (exit ${code}): ${last}`));
      log.warn({ code, last }, "PostgreSQL died; starting it again");
      systemClock.after(200, begin);
    });
    child.once("error", reject);
  };
  begin();
  return {
    ready,
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((then) => child?.once("exit", then));
      child.kill("SIGINT");
      await gone;
    },
  };
}

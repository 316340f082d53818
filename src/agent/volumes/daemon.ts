import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "#platform/service/driver.ts";
import { guestUser } from "../guest-user.ts";
import { connectQmp, type Qmp } from "../guests/qmp.ts";
import { run } from "../guests/run.ts";
import { give, sync } from "./files.ts";
import { orNone, readRecord, type ServedFiles } from "./layout.ts";
import { commandAs, meaning, privileged } from "./tools.ts";

/** For whom a daemon serves its volume. */
export interface ServedTo {
  readonly host: string;
  readonly serverId: string;
}

/** Whom the volume is served to now, if its daemon lives. */
export async function servedTo(files: ServedFiles): Promise<ServedTo | undefined> {
  return findDaemon(files) === undefined ? undefined : readRecord<ServedTo>(files.guest);
}

/** What a daemon is told to serve: objects and block nodes, the last of which is called `volumeNode`. */
export type DaemonDisk = readonly (readonly ["--object" | "--blockdev", Options])[];
type Options = Readonly<Record<string, string>>;
export const volumeNode = "volume";

/** Starts the daemon for a guest. It outlives this program; its pid file, which it locks, tells of it. */
export async function startDaemon(files: ServedFiles, disk: DaemonDisk, to: ServedTo): Promise<void> {
  await makeRun(files);
  await writeFile(files.guest, JSON.stringify(to), { mode: 0o600 });
  await sync(files.guest);
  await launch(files, disk);
  await openTo(files, to);
}

/** Starts it for this program itself: whoever runs as the volume's user may connect. */
export async function startOwnDaemon(files: ServedFiles, disk: DaemonDisk): Promise<void> {
  await makeRun(files);
  await launch(files, disk);
}

/** Only the guest's user, and root, may connect to the volume. */
export async function openTo({ nbd }: ServedFiles, { serverId }: ServedTo): Promise<void> {
  await give(nbd, guestUser(serverId), 0o600);
}

/** Asks the daemon to finish what it writes and to end; makes it end if it does not. */
export async function stopDaemon(files: ServedFiles): Promise<void> {
  if (findDaemon(files) !== undefined) {
    const asked = await command(files, (qmp) => qmp.execute("quit")).then(
      () => true,
      () => false,
    );
    if (!asked || !(await hasEnded(files))) await killDaemon(files);
  }
  await rm(files.run, { recursive: true, force: true });
}

/** Says something to the daemon's monitor. */
export async function command<T>(files: ServedFiles, say: (qmp: Qmp) => Promise<T>): Promise<T> {
  const qmp = await connectQmp(files.qmp);
  try {
    return await say(qmp);
  } finally {
    qmp.close();
  }
}

/** The daemon's process, if it lives: it runs as the volume's user and was given this pid file. */
export function findDaemon(files: ServedFiles): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(files.pid, "utf8"), 10);
    return isDaemon(files, pid) ? pid : undefined;
  } catch (why) {
    return orNone(undefined)(why as NodeJS.ErrnoException);
  }
}

function isDaemon({ pid: pidFile, user }: ServedFiles, pid: number): boolean {
  try {
    const mine = !privileged || statSync(`/proc/${pid}`).uid === user.uid;
    return mine && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(pidFile);
  } catch (why) {
    return orGone(why as NodeJS.ErrnoException);
  }
}

async function makeRun(files: ServedFiles) {
  endUnborn(files);
  await rm(files.run, { recursive: true, force: true });
  await mkdir(files.run);
  await give(files.run, files.user, 0o711);
}

async function launch(files: ServedFiles, disk: DaemonDisk) {
  const [program, args] = commandAs(files.user, "qemu-storage-daemon", daemonArguments(files, disk));
  // Begun, it is never left half way by an abort: what stops it is disconnect.
  await run(program, args, { limit: 30_000 }).catch((why) => {
    endUnborn(files);
    throw meaning(why);
  });
}

/** Ends daemons that have not come as far as their pid file: their storage does not answer. */
function endUnborn(files: ServedFiles) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const pid of pids.map(Number)) if (isDaemon(files, pid)) process.kill(pid, "SIGKILL");
}

function daemonArguments({ pid, qmp, nbd }: ServedFiles, disk: DaemonDisk): string[] {
  const node = volumeNode;
  return [
    ...["--daemonize", "--pidfile", pid],
    ...["--chardev", `socket,${options({ id: "qmp", path: qmp, server: "on", wait: "off" })}`],
    ...["--monitor", "chardev=qmp"],
    ...disk.flatMap(([kind, it]) => [kind, options(it)]),
    ...["--nbd-server", options({ "addr.type": "unix", "addr.path": nbd })],
    ...["--export", options({ type: "nbd", id: "export", "node-name": node, name: node, writable: "on" })],
  ];
}

function options(all: Options): string {
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value.replaceAll(",", ",,")}`)
    .join(",");
}

async function hasEnded(files: ServedFiles): Promise<boolean> {
  for (let turn = 0; turn < 500; turn++) {
    if (findDaemon(files) === undefined) return true;
    await pause(20);
  }
  return false;
}

async function killDaemon(files: ServedFiles): Promise<void> {
  const pid = findDaemon(files);
  if (pid === undefined) return;
  process.kill(pid, "SIGKILL");
  if (!(await hasEnded(files))) throw new Unavailable(`The daemon that serves ${files.id} does not end.`);
}

function orGone(why: NodeJS.ErrnoException): false {
  if (why.code === "ESRCH") return false;
  return orNone(false as const)(why);
}

import { readFileSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { guestUser } from "#agent/guest-user.ts";
import { connectQmp, type Qmp } from "#agent/guests/qmp.ts";
import { run } from "#agent/guests/run.ts";
import { Unavailable } from "#platform/service/driver.ts";
import { give, sync } from "./disk.ts";
import { orNone, readRecord, type VolumeFiles } from "./layout.ts";
import { commandAs, meaning, privileged } from "./tools.ts";

/** For whom a daemon serves its volume. */
export interface ServedTo {
  readonly host: string;
  readonly serverId: string;
}

/** Whom the volume is served to now, if its daemon lives. */
export async function servedTo(files: VolumeFiles): Promise<ServedTo | undefined> {
  return findDaemon(files) === undefined ? undefined : readRecord<ServedTo>(files.guest);
}

/** Starts the daemon. It outlives this program; its pid file, which it locks, tells of it. */
export async function startDaemon(files: VolumeFiles, to: ServedTo): Promise<void> {
  await rm(files.run, { recursive: true, force: true });
  await mkdir(files.run);
  await give(files.run, files.user, 0o711);
  await writeFile(files.guest, JSON.stringify(to), { mode: 0o600 });
  await sync(files.guest);
  const [program, args] = commandAs(files.user, "qemu-storage-daemon", daemonArguments(files));
  // Begun, it is never left half way by an abort: what stops it is disconnect.
  await run(program, args, { limit: 30_000 }).catch((why) => {
    throw meaning(why);
  });
  await openTo(files, to);
}

/** Only the guest's user, and root, may connect to the volume. */
export async function openTo({ nbd }: VolumeFiles, { serverId }: ServedTo): Promise<void> {
  await give(nbd, guestUser(serverId), 0o600);
}

/** Asks the daemon to finish what it writes and to end; makes it end if it does not. */
export async function stopDaemon(files: VolumeFiles): Promise<void> {
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
export async function command<T>(files: VolumeFiles, say: (qmp: Qmp) => Promise<T>): Promise<T> {
  const qmp = await connectQmp(files.qmp);
  try {
    return await say(qmp);
  } finally {
    qmp.close();
  }
}

/** The daemon's process, if it lives: it runs as the volume's user and was given this pid file. */
export function findDaemon({ pid: pidFile, user }: VolumeFiles): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
    const mine = !privileged || statSync(`/proc/${pid}`).uid === user.uid;
    return mine && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(pidFile) ? pid : undefined;
  } catch (why) {
    return orGone(why as NodeJS.ErrnoException);
  }
}

const node = "volume";

function daemonArguments({ pid, qmp, nbd, disk }: VolumeFiles): string[] {
  const options = (all: Readonly<Record<string, string>>) =>
    Object.entries(all)
      .map(([key, value]) => `${key}=${value.replaceAll(",", ",,")}`)
      .join(",");
  return [
    ...["--daemonize", "--pidfile", pid],
    ...["--chardev", `socket,${options({ id: "qmp", path: qmp, server: "on", wait: "off" })}`],
    ...["--monitor", "chardev=qmp"],
    ...["--blockdev", options({ driver: "file", "node-name": "file", filename: disk, discard: "unmap" })],
    ...["--blockdev", options({ driver: "qcow2", "node-name": node, file: "file", discard: "unmap" })],
    ...["--nbd-server", options({ "addr.type": "unix", "addr.path": nbd })],
    ...["--export", options({ type: "nbd", id: "export", "node-name": node, name: node, writable: "on" })],
  ];
}

async function hasEnded(files: VolumeFiles): Promise<boolean> {
  for (let turn = 0; turn < 500; turn++) {
    if (findDaemon(files) === undefined) return true;
    await pause(20);
  }
  return false;
}

async function killDaemon(files: VolumeFiles): Promise<void> {
  const pid = findDaemon(files);
  if (pid === undefined) return;
  process.kill(pid, "SIGKILL");
  if (!(await hasEnded(files))) throw new Unavailable(`The daemon that serves ${files.id} does not end.`);
}

function orGone(why: NodeJS.ErrnoException): undefined {
  if (why.code === "ESRCH") return undefined;
  return orNone(undefined)(why);
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "#platform/service/driver.ts";

/** Where one guest's things are. */
export interface GuestFiles {
  /** Root's; the guest's group may pass through. */
  readonly dir: string;
  readonly record: string;
  readonly root: string;
  readonly configDrive: string;
  /** The guest's own: the only folder that its process may write to. */
  readonly run: string;
  readonly pid: string;
  readonly commands: string;
  readonly events: string;
  readonly serial: string;
  readonly vnc: string;
  readonly log: string;
}
export interface Layout {
  readonly state: string;
  readonly guests: string;
  /** Copies of images, each the base of overlays. */
  readonly bases: string;
  of(id: string): GuestFiles;
}

/** A unix socket's path has at most 107 bytes; the longest of ours is "/guests/<36>/run/commands". */
const longestState = 107 - "/guests//run/commands".length - 36;

export function layoutOf(state: string): Layout {
  if (Buffer.byteLength(state) > longestState)
    throw new Error(
      `The state folder's path is too long for the guests' sockets (at most ${longestState} bytes): ${state}`,
    );
  const guests = join(state, "guests");
  return { state, guests, bases: join(state, "bases"), of: (id) => filesIn(join(guests, checked(id))) };
}

/** Makes the folders. Others may pass through them but not list them: guests need to reach what they know the name of. */
export async function makeFolders({ state, guests, bases }: Layout): Promise<void> {
  for (const dir of [state, guests, bases]) await mkdir(dir, { recursive: true, mode: 0o711 });
}

function checked(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id)) throw new Refused(`"${id}" cannot name a guest.`);
  return id;
}

function filesIn(dir: string): GuestFiles {
  const run = join(dir, "run");
  return {
    dir,
    record: join(dir, "guest.json"),
    root: join(dir, "root.qcow2"),
    configDrive: join(dir, "config.iso"),
    run,
    pid: join(run, "pid"),
    commands: join(run, "commands"),
    events: join(run, "events"),
    serial: join(run, "serial"),
    vnc: join(run, "vnc"),
    log: join(run, "console.log"),
  };
}

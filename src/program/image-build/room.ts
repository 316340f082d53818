import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Where images are built, by one build at a time. */
export interface Room {
  readonly folder: string;
  /** Results of stages, each under a name that says what went into it. */
  readonly cache: string;
  /** All that is half done. */
  readonly work: string;
  /** What is locked; a stage's processes hold it too, so that it is free when they have ended with their build. */
  readonly lock: number;
  close(): Promise<void>;
}

/** Enters the room once every other build has left it, and clears away what one that was killed has left there. */
export async function enterRoom(folder: string, say: (text: string) => void): Promise<Room> {
  const [cache, work] = [join(folder, "cache"), join(folder, "work")];
  await mkdir(folder, { recursive: true });
  const lock = openSync(join(folder, "lock"), "a", 0o600);
  try {
    await take(lock, () => say(`another build is at work in ${folder}; waiting for its end`));
    await rm(work, { recursive: true, force: true });
    for (const it of [cache, work]) await mkdir(it, { recursive: true, mode: 0o700 });
  } catch (why) {
    closeSync(lock);
    throw why;
  }
  const close = async () => {
    await rm(work, { recursive: true, force: true });
    closeSync(lock);
  };
  return { folder, cache, work, lock, close };
}

async function take(lock: number, busy: () => void): Promise<void> {
  const stdio = ["ignore", "ignore", "inherit", lock] as const;
  if (spawnSync("flock", ["--nonblock", "3"], { stdio: [...stdio] }).status === 0) return;
  busy();
  const waiting = spawn("setpriv", ["--pdeathsig", "KILL", "flock", "3"], { stdio: [...stdio] });
  const code = await new Promise((then, fail) => waiting.once("error", fail).once("close", then));
  if (code !== 0) throw new Error("the lock on the folder of builds cannot be had");
}

/** Removes the entries of a folder whose names match and are not among those to keep. */
export async function clear(folder: string, mine: RegExp, keep: readonly string[]): Promise<void> {
  for (const name of await readdir(folder))
    if (mine.test(name) && !keep.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
}

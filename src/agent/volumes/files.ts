import { chmod, chown, mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { GuestUser } from "../guest-user.ts";
import type { ServedFiles } from "./layout.ts";
import { privileged } from "./tools.ts";

/** The volume's folder, which its guest's user can pass through and not list. */
export async function makeFolder({ dir }: ServedFiles): Promise<void> {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o711);
  await chmod(dirname(dir), 0o711);
}

/** Notes durably which snapshot of another volume this one is being made from. */
export async function keepReading(files: ServedFiles, it: object): Promise<void> {
  await writeFile(files.reading, JSON.stringify(it));
  await sync(files.reading);
  await sync(files.dir);
}

export async function sync(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function give(path: string, { uid, gid }: GuestUser, mode: number): Promise<void> {
  if (privileged) await chown(path, uid, gid);
  await chmod(path, mode);
}

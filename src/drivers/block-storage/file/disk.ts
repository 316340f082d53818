import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GuestUser } from "#agent/guest-user.ts";
import { give, sync } from "#agent/volumes/files.ts";
import { requireFit } from "#agent/volumes/inspect.ts";
import { orNone } from "#agent/volumes/layout.ts";
import { qemuImg } from "#agent/volumes/tools.ts";
import { Gone } from "#platform/service/driver.ts";
import type { VolumeFiles } from "./layout.ts";

const gibi = 2 ** 30;
const fresh = "new-";

/** Writes the disk beside, makes it durable and renames it: a name stands for a whole disk. `fill` writes it as `writer`. */
export async function makeDisk(files: VolumeFiles, writer: GuestUser, fill: (path: string) => Promise<unknown>) {
  await dropUnfinished(files);
  const path = join(files.dir, `${fresh}${randomUUID()}`);
  try {
    await writeFile(path, "");
    await give(path, writer, 0o600);
    await fill(path);
    await give(path, files.user, 0o600);
    await sync(path);
    await rename(path, files.disk);
  } catch (why) {
    await rm(path, { force: true });
    throw why;
  }
  await sync(files.dir);
  await sync(dirname(files.dir));
}

export function emptyDisk(user: GuestUser, gib: number, signal?: AbortSignal) {
  return (path: string) => qemuImg(user, ["create", "-q", "-f", "qcow2", path, String(gib * gibi)], signal);
}

/** A copy of an image, as large as the volume is to be. */
export function diskFromImage(
  user: GuestUser,
  image: { path: string; format: string },
  gib: number,
  signal?: AbortSignal,
) {
  return async (path: string) => {
    const driver = await requireFit(user, image, gib, signal);
    await qemuImg(user, ["convert", "-t", "writeback", "-f", driver, "-O", "qcow2", image.path, path], signal);
    await resizeDisk(user, path, gib, signal);
  };
}

/** An independent copy of a snapshot. What was frozen does not change, so the volume may be written meanwhile. */
export function diskFromSnapshot(from: VolumeFiles, snapshot: string, gib: number, signal?: AbortSignal) {
  return async (path: string) => {
    const frozen = ["-U", "-l", `snapshot.name=${snapshot}`, "-f", "qcow2"];
    await qemuImg(from.user, ["convert", "-t", "writeback", ...frozen, "-O", "qcow2", from.disk, path], signal);
    await resizeDisk(from.user, path, gib, signal);
  };
}

export function resizeDisk(user: GuestUser, path: string, gib: number, signal?: AbortSignal) {
  return qemuImg(user, ["resize", "-q", "-f", "qcow2", path, String(gib * gibi)], signal);
}

export interface DiskInfo {
  readonly gib: number;
  readonly snapshots: readonly string[];
}

/** What the disk says of itself, also while it is served. */
export async function readDisk({ disk, user, id }: VolumeFiles, signal?: AbortSignal): Promise<DiskInfo> {
  if (!(await isThere(disk))) throw new Gone(`There is no volume ${id}.`);
  const info = JSON.parse(await qemuImg(user, ["info", "-U", "-f", "qcow2", "--output=json", disk], signal));
  const snapshots: { name: string }[] = info.snapshots ?? [];
  return { gib: Number(info["virtual-size"]) / gibi, snapshots: snapshots.map(({ name }) => name) };
}

export async function isThere(path: string): Promise<boolean> {
  const file = await open(path).catch(orNone(undefined));
  await file?.close();
  return file !== undefined;
}

async function dropUnfinished({ dir }: VolumeFiles) {
  for (const name of await readdir(dir)) if (name.startsWith(fresh)) await rm(join(dir, name), { force: true });
}

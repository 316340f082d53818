import { rm } from "node:fs/promises";
import { type Info, infoById, unless } from "#agent/ceph/images.ts";
import type { Turns } from "#agent/guests/turns.ts";
import { startOwnDaemon, stopDaemon, volumeNode } from "#agent/volumes/daemon.ts";
import { keepReading, makeFolder } from "#agent/volumes/files.ts";
import { requireFit, requireRoom } from "#agent/volumes/inspect.ts";
import { readRecord, type ServedFiles } from "#agent/volumes/layout.ts";
import { qemuImg } from "#agent/volumes/tools.ts";
import { Refused } from "#platform/service/driver.ts";
import { type PoolAccess, withDisk } from "./access.ts";
import { copyName, partName, snapshotName, volumeName } from "./names.ts";
import type { Pool } from "./pool.ts";

/** What a volume is made in, beside its name: it has that when it is whole. */
export interface Making {
  readonly pool: Pool;
  readonly access: PoolAccess;
  readonly turns: Turns;
  readonly files: ServedFiles;
  readonly gib: number;
  readonly signal: AbortSignal | undefined;
}
interface Image {
  readonly path: string;
  readonly format: string;
}

/** A snapshot, as pool/image@snapshot. */
interface Original {
  readonly name: string;
  readonly size: number;
}

const plain = ["raw", "iso", "ami", "aki", "ari"];

/** The snapshot that an image is to be cloned from; undefined if it has to be copied: it is elsewhere, or no plain disk. */
export async function cloneable({ ceph }: Pool, { path, format }: Image): Promise<Original | undefined> {
  const [, fsid, of] = /^rbd:\/\/([^/]+)\/([^/]+\/[^/]+)\/snap$/.exec(path) ?? [];
  if (!of || !plain.includes(format) || fsid !== (await ceph.fsid())) return undefined;
  const name = `${of}@snap`;
  // A user that may not read there copies what the image service brings.
  const said = await ceph.rbd(["info", "--format", "json", name], { limit: 60_000 }).catch(unless(Refused));
  return said === undefined ? undefined : { name, size: (JSON.parse(said) as Info).size };
}

export async function fromImage(it: Making, image: Image): Promise<void> {
  const original = await cloneable(it.pool, image);
  if (!original) return pour(it, image);
  requireRoom(original.size, it.gib);
  await cloneAs(it, original);
}

export async function fromSnapshot(it: Making, volumeId: string, snapshotId: string): Promise<void> {
  await cloneOwn(it, volumeId, snapshotName(snapshotId));
}

/** A clone of a snapshot that goes at once: its blocks stay as long as the clone needs them. */
export async function fromVolume(it: Making, volumeId: string): Promise<void> {
  const { pool, turns, files, signal } = it;
  const snapshot = copyName(files.id);
  await pool.info(volumeName(volumeId), signal);
  await forget(it);
  await makeFolder(files);
  await keepReading(files, { volumeId });
  try {
    await turns.take(volumeId, () => pool.takeSnapshot(volumeName(volumeId), snapshot, signal), signal);
    await cloneOwn(it, volumeId, snapshot);
  } finally {
    await forget(it);
  }
}

/** Takes away what an unfinished copy left in its source. */
export async function forget({ pool, turns, files }: Pick<Making, "pool" | "turns" | "files">): Promise<void> {
  const it = await readRecord<{ readonly volumeId: string }>(files.reading);
  if (!it) return;
  await turns.take(it.volumeId, () => pool.dropSnapshot(volumeName(it.volumeId), copyName(files.id)));
  await rm(files.reading, { force: true });
}

async function cloneOwn(it: Making, volumeId: string, snapshot: string) {
  const name = `${volumeName(volumeId)}@${snapshot}`;
  const { size, parent } = await it.pool.info(name, it.signal);
  await cloneAs(it, { name: `${it.pool.name}/${name}`, size });
  if (await isDeep(it.pool, parent)) await it.pool.flatten(partName(it.files.id), it.signal);
}

async function cloneAs({ pool, files, gib, signal }: Making, { name, size }: Original) {
  await pool.clone(name, partName(files.id), signal);
  if (size !== gib * 2 ** 30) await pool.resize(partName(files.id), gib, signal);
}

/** How many clones may be read through to the one that has a block. */
const deepest = 5;

async function isDeep(pool: Pool, parent: Info["parent"]): Promise<boolean> {
  let at = parent;
  for (let depth = 1; at; depth++) {
    if (depth >= deepest) return true;
    if (at.pool !== pool.name) return false;
    at = (await infoById(pool.ceph, at.pool, at.id))?.parent;
  }
  return false;
}

/** What reads the image has no key of Ceph's: it writes to a socket of its own user's. */
async function pour({ pool, access, files, gib, signal }: Making, image: Image) {
  const { user } = files;
  const part = partName(files.id);
  const driver = await requireFit(user, image, gib, signal);
  await pool.create(part, gib, signal);
  try {
    await withDisk(files, access, part, (disk) => startOwnDaemon(files, disk));
    const target = `driver=nbd,server.type=unix,server.path=${files.nbd.replaceAll(",", ",,")},export=${volumeNode}`;
    const how = ["-n", "--target-is-zero", "-W", "-t", "writeback", "-f", driver, "--target-image-opts"];
    await qemuImg(user, ["convert", ...how, image.path, target], signal);
  } finally {
    await stopDaemon(files);
  }
}

import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { cephOf } from "#agent/ceph/ceph.ts";
import { listForgotten } from "#agent/ceph/images.ts";
import { newTurns, type Turns } from "#agent/guests/turns.ts";
import {
  findDaemon,
  openTo,
  type ServedTo,
  servedTo,
  startDaemon,
  stopDaemon,
  volumeNode,
} from "#agent/volumes/daemon.ts";
import { listFolders, type ServedFiles, servedFiles } from "#agent/volumes/layout.ts";
import type { Logger } from "#platform/log/log.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { BlockStorageDriver, Connection, VolumeSpec } from "#services/block-storage/driver.ts";
import { type PoolAccess, withDisk } from "./access.ts";
import { isOurs, ownerOf, partName, snapshotName, volumeName } from "./names.ts";
import { type Line, type Pool, poolOf } from "./pool.ts";
import { evict, removeImage, sweep } from "./removal.ts";
import { cloneable, forget, fromImage, fromSnapshot, fromVolume, type Making } from "./sources.ts";

export interface CephVolumesOptions extends PoolAccess {
  /** The folder of the sockets. Guests must be able to pass through the folders above it. */
  readonly dir: string;
  readonly log: Logger;
}
export interface CephVolumes extends BlockStorageDriver {
  /** Whether a volume of this image is a clone, so that the image's bytes are not needed here. */
  takes(image: { readonly path: string; readonly format: string }): Promise<boolean>;
  /** Ends all daemons, whoever uses them: for the end of everything. */
  stopServing(): Promise<void>;
}
interface Around {
  readonly pool: Pool;
  readonly access: PoolAccess;
  readonly turns: Turns;
}

/**
 * Volumes as RBD images in a pool of Ceph that is this cloud's alone. What is made from an image in that Ceph, from a snapshot or
 * a volume is a clone that shares its blocks. Guests reach volumes by daemons of the same kind as those of files.
 */
export function cephVolumes({ dir: folder, log, ...access }: CephVolumesOptions): CephVolumes {
  const dir = resolve(folder);
  const pool = poolOf(cephOf(access), access.pool);
  const turns = newTurns();
  const around: Around = { pool, access, turns };
  const all = async () => (await listFolders(dir)).map((id) => servedFiles(dir, id));
  /** One call at a time for one volume. */
  const turn = <T>(id: string, work: (files: ServedFiles) => Promise<T>, signal?: AbortSignal) =>
    turns.take(id, () => work(servedFiles(dir, id)), signal);
  return {
    takes: async (image) => (await cloneable(pool, image)) !== undefined,
    create: (spec, signal) =>
      turn(spec.id, (files) => create({ ...around, files, gib: spec.gib, signal }, spec), signal),
    delete: (id, signal) => turn(id, (files) => remove(around, files), signal),
    extend: (id, gib, signal) => turn(id, () => extend(pool, id, gib, signal), signal),
    snapshot: (id, snapshotId, signal) =>
      turn(id, () => pool.takeSnapshot(volumeName(id), snapshotName(snapshotId), signal), signal),
    deleteSnapshot: (id, snapshotId, signal) =>
      turn(id, () => pool.dropSnapshot(volumeName(id), snapshotName(snapshotId)), signal),
    connect: (id, host, serverId, signal) => turn(id, (files) => connect(around, files, { host, serverId }), signal),
    disconnect: (id, _host, serverId, signal) => turn(id, (files) => disconnect(files, serverId), signal),
    async served() {
      const each = (await all()).map(async (files) => ({ volumeId: files.id, to: await servedTo(files) }));
      return (await Promise.all(each)).flatMap(({ volumeId, to }) => (to ? [{ volumeId, ...to }] : []));
    },
    async capacity() {
      const { totalBytes, freeBytes } = await pool.capacity();
      return { totalGib: gib(totalBytes), freeGib: gib(freeBytes) };
    },
    async traces() {
      const kept = (await pool.list()).flatMap((it) => traceOf(pool, it));
      const forgotten = (await listForgotten(pool.ceph, pool.name, isOurs)).map(({ id, name }) =>
        inTrash(pool, name, id),
      );
      return [...kept, ...forgotten, ...(await all()).flatMap(connectionOf)];
    },
    async stopServing() {
      for (const files of await all()) await turns.take(files.id, () => stopDaemon(files));
      log.debug({ dir }, "no volume is served any more");
    },
  };
}

async function create(it: Making, { source }: VolumeSpec): Promise<void> {
  const { pool, files, gib, signal } = it;
  const [name, part] = [volumeName(files.id), partName(files.id)];
  if (await pool.find(name, signal)) return;
  await removeImage(pool, part);
  if (!source) return pool.create(name, gib, signal);
  if (source.kind === "image") await fromImage(it, source);
  else if (source.kind === "volume") await fromVolume(it, source.volumeId);
  else await fromSnapshot(it, source.volumeId, source.snapshotId);
  await pool.rename(part, name);
  await rm(files.dir, { recursive: true, force: true });
}

async function remove({ pool, turns }: Around, files: ServedFiles): Promise<void> {
  if (await servedTo(files)) throw new Unavailable(`The volume ${files.id} is being served.`);
  await stopDaemon(files);
  await forget({ pool, turns, files });
  const removed = [await removeImage(pool, volumeName(files.id)), await removeImage(pool, partName(files.id))];
  // Asked again: the first time may have been cut short.
  if (!removed.includes(true)) await sweep(pool);
  await rm(files.dir, { recursive: true, force: true });
}

/** Also while it is connected: who connects to it next sees it. */
async function extend(pool: Pool, id: string, wanted: number, signal?: AbortSignal): Promise<void> {
  const { size } = await pool.info(volumeName(id), signal);
  if (wanted * 2 ** 30 < size) throw new Refused("A volume cannot shrink.");
  if (wanted * 2 ** 30 > size) await pool.resize(volumeName(id), wanted, signal);
}

async function connect({ pool, access }: Around, files: ServedFiles, to: ServedTo): Promise<Connection> {
  const now = await servedTo(files);
  if (now && now.serverId !== to.serverId) throw new Unavailable(`The volume ${files.id} is served to another server.`);
  if (now) await openTo(files, to);
  else {
    await evict(pool, volumeName(files.id));
    await withDisk(files, access, volumeName(files.id), (disk) => startDaemon(files, disk, to));
  }
  return { kind: "nbd", socket: files.nbd, export: volumeNode };
}

async function disconnect(files: ServedFiles, serverId: string): Promise<void> {
  const now = await servedTo(files);
  if (now && now.serverId !== serverId) return;
  await stopDaemon(files);
  await rm(files.dir, { recursive: true, force: true });
}

function traceOf(pool: Pool, { image, snapshot }: Line): Trace[] {
  const [volume, own] = [ownerOf(image), ownerOf(snapshot ?? image)];
  if (!volume || !own) return [];
  const kind = snapshot ? "volume snapshot" : own.whole ? "volume in Ceph" : "partial volume in Ceph";
  return [{ kind, subject: own.id, where: `${pool.name}/${image}${snapshot ? `@${snapshot}` : ""}` }];
}

function inTrash(pool: Pool, name: string, id: string): Trace {
  return { kind: "volume in Ceph's trash", subject: ownerOf(name)?.id ?? name, where: `${pool.name}/${id}` };
}

function connectionOf(files: ServedFiles): Trace[] {
  const pid = findDaemon(files);
  return pid === undefined ? [] : [{ kind: "volume connection", subject: files.id, where: `pid ${pid}` }];
}

function gib(bytes: number): number {
  return Math.floor(bytes / 2 ** 30);
}

import { mkdir, rm, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { newTurns } from "#agent/guests/turns.ts";
import {
  type DaemonDisk,
  findDaemon,
  openTo,
  type ServedTo,
  servedTo,
  startDaemon,
  stopDaemon,
  volumeNode,
} from "#agent/volumes/daemon.ts";
import { makeFolder, sync } from "#agent/volumes/files.ts";
import type { Logger } from "#platform/log/log.ts";
import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { BlockStorageDriver, Connection, Served, VolumeSpec } from "#services/block-storage/driver.ts";
import { type Copies, newCopies } from "./copies.ts";
import { diskFromImage, emptyDisk, isThere, makeDisk, readDisk, resizeDisk } from "./disk.ts";
import { filesOf, listVolumes, type VolumeFiles } from "./layout.ts";
import { dropSnapshot, takeSnapshot } from "./snapshots.ts";

export interface FileVolumesOptions {
  /** The folder that the volumes are in. Guests must be able to pass through the folders above it. */
  readonly dir: string;
  readonly log: Logger;
}
export interface FileVolumes extends BlockStorageDriver {
  /** Ends all daemons, whoever uses them: for the end of everything. */
  stopServing(): Promise<void>;
}

/**
 * Volumes as qcow2 files on this host. A connected one is served by a storage daemon of its own, which neither this program
 * nor the guest's QEMU takes along when it ends. Every call's question and answer is plain data.
 */
export function fileVolumes({ dir: folder, log }: FileVolumesOptions): FileVolumes {
  const dir = resolve(folder);
  const turns = newTurns();
  const copies = newCopies(dir, turns);
  const all = () => listVolumes(dir);
  /** One call at a time for one volume. */
  const turn = <T>(id: string, work: (files: VolumeFiles) => Promise<T>, signal?: AbortSignal) =>
    turns.take(id, () => work(filesOf(dir, id)), signal);
  return {
    create: (spec, signal) => turn(spec.id, (files) => create(copies, files, spec, signal), signal),
    delete: (id, signal) => turn(id, (files) => remove(copies, files), signal),
    extend: (id, gib, signal) => turn(id, (files) => extend(files, gib, signal), signal),
    snapshot: (id, snapshotId, signal) => turn(id, (files) => takeSnapshot(files, snapshotId, signal), signal),
    async deleteSnapshot(id, snapshotId, signal) {
      copies.requireUnread(id, snapshotId);
      await turn(id, (files) => dropSnapshot(files, snapshotId), signal);
    },
    connect: (id, host, serverId, signal) => turn(id, (files) => connect(files, { host, serverId }), signal),
    disconnect: (id, _host, serverId, signal) => turn(id, (files) => disconnect(files, serverId), signal),
    served: async () => (await Promise.all((await all()).map(served))).flat(),
    async capacity() {
      await mkdir(dir, { recursive: true, mode: 0o711 });
      const { blocks, bavail, bsize } = await statfs(dir);
      return { totalGib: gib(blocks * bsize), freeGib: gib(bavail * bsize) };
    },
    async traces() {
      const traces: Trace[] = [];
      for (const files of await all()) traces.push(...(await tracesOf(files)));
      return traces;
    },
    async stopServing() {
      for (const files of await all()) await turns.take(files.id, () => stopDaemon(files));
      log.debug({ dir }, "no volume is served any more");
    },
  };
}

async function create(copies: Copies, files: VolumeFiles, spec: VolumeSpec, signal?: AbortSignal): Promise<void> {
  if (await isThere(files.disk)) return;
  const { gib, source } = spec;
  const { user } = files;
  await makeFolder(files);
  if (!source) return makeDisk(files, user, emptyDisk(user, gib, signal));
  if (source.kind === "image") return makeDisk(files, user, diskFromImage(user, source, gib, signal));
  const to = { files, gib, signal };
  if (source.kind === "volume") return copies.ofVolume(source.volumeId, to);
  return copies.ofSnapshot(source.volumeId, source.snapshotId, to);
}

async function remove(copies: Copies, files: VolumeFiles): Promise<void> {
  if (await servedTo(files)) throw new Unavailable(`The volume ${files.id} is being served.`);
  await copies.forget(files);
  await rm(files.dir, { recursive: true, force: true });
}

async function extend(files: VolumeFiles, gib: number, signal?: AbortSignal): Promise<void> {
  const now = await readDisk(files, signal);
  if (gib < now.gib) throw new Refused("A volume cannot shrink.");
  if (gib === now.gib) return;
  if (await servedTo(files)) throw new Refused("A volume cannot grow while it is connected.");
  await resizeDisk(files.user, files.disk, gib);
  await sync(files.disk);
}

async function connect(files: VolumeFiles, to: ServedTo): Promise<Connection> {
  if (!(await isThere(files.disk))) throw new Gone(`There is no volume ${files.id}.`);
  const now = await servedTo(files);
  if (now && now.serverId !== to.serverId) throw new Unavailable(`The volume ${files.id} is served to another server.`);
  await (now ? openTo(files, to) : startDaemon(files, diskOf(files), to));
  return { kind: "nbd", socket: files.nbd, export: volumeNode };
}

function diskOf({ disk }: VolumeFiles): DaemonDisk {
  return [
    ["--blockdev", { driver: "file", "node-name": "file", filename: disk, discard: "unmap" }],
    ["--blockdev", { driver: "qcow2", "node-name": volumeNode, file: "file", discard: "unmap" }],
  ];
}

async function disconnect(files: VolumeFiles, serverId: string): Promise<void> {
  const now = await servedTo(files);
  if (!now || now.serverId === serverId) await stopDaemon(files);
}

async function served(files: VolumeFiles): Promise<Served[]> {
  const to = await servedTo(files);
  return to ? [{ volumeId: files.id, ...to }] : [];
}

async function tracesOf(files: VolumeFiles): Promise<Trace[]> {
  const { id: subject, dir, disk } = files;
  const pid = findDaemon(files);
  const connection = pid === undefined ? [] : [{ kind: "volume connection", subject, where: `pid ${pid}` }];
  const snapshots = (await isThere(disk)) ? (await readDisk(files)).snapshots : [];
  const kept = snapshots.map((name) => ({ kind: "volume snapshot", subject: name.replace(/^copy-/, ""), where: disk }));
  return [{ kind: "volume file", subject, where: dir }, ...connection, ...kept];
}

function gib(bytes: number): number {
  return Math.floor(bytes / 2 ** 30);
}

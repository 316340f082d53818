import { rm } from "node:fs/promises";
import type { Turns } from "#agent/guests/turns.ts";
import { keepReading } from "#agent/volumes/files.ts";
import { readRecord } from "#agent/volumes/layout.ts";
import { Gone, Unavailable } from "#platform/service/driver.ts";
import { diskFromSnapshot, isThere, makeDisk, readDisk } from "./disk.ts";
import { filesOf, type VolumeFiles } from "./layout.ts";
import { dropSnapshot, takeSnapshot } from "./snapshots.ts";

interface Copy {
  readonly files: VolumeFiles;
  readonly gib: number;
  readonly signal: AbortSignal | undefined;
}
interface Reading {
  readonly volumeId: string;
  readonly snapshot: string;
}
export interface Copies {
  ofVolume(volumeId: string, to: Copy): Promise<void>;
  ofSnapshot(volumeId: string, snapshotId: string, to: Copy): Promise<void>;
  /** Takes away what an unfinished copy left in its source. */
  forget(files: VolumeFiles): Promise<void>;
  /** Throws Unavailable while a copy reads the snapshot. */
  requireUnread(volumeId: string, snapshotId: string): void;
}

/** Makes volumes out of volumes. A copy reads a snapshot, so that its source may be used, attached and detached meanwhile. */
export function newCopies(root: string, turns: Turns): Copies {
  const read = new Map<string, number>();
  const reading = async (key: string, work: () => Promise<void>) => {
    read.set(key, (read.get(key) ?? 0) + 1);
    await work().finally(() => read.set(key, (read.get(key) ?? 1) - 1));
    if (read.get(key) === 0) read.delete(key);
  };
  const forget = async (files: VolumeFiles) => {
    const it = await readRecord<Reading>(files.reading);
    if (!it) return;
    const from = filesOf(root, it.volumeId);
    await turns.take(from.id, () => dropSnapshot(from, it.snapshot));
    await rm(files.reading, { force: true });
  };
  return {
    forget,
    async ofVolume(volumeId, { files, gib, signal }) {
      const [from, snapshot] = [filesOf(root, volumeId), `copy-${files.id}`];
      if (!(await isThere(from.disk))) throw new Gone(`There is no volume ${volumeId}.`);
      await forget(files);
      await keepReading(files, { volumeId, snapshot });
      try {
        await turns.take(from.id, () => takeSnapshot(from, snapshot, signal), signal);
        await makeDisk(files, from.user, diskFromSnapshot(from, snapshot, gib, signal));
      } finally {
        await forget(files);
      }
    },
    async ofSnapshot(volumeId, snapshotId, { files, gib, signal }) {
      const from = filesOf(root, volumeId);
      await reading(`${volumeId} ${snapshotId}`, async () => {
        if (!(await readDisk(from, signal)).snapshots.includes(snapshotId))
          throw new Gone(`There is no snapshot ${snapshotId}.`);
        await makeDisk(files, from.user, diskFromSnapshot(from, snapshotId, gib, signal));
      });
    },
    requireUnread(volumeId, snapshotId) {
      if (read.has(`${volumeId} ${snapshotId}`))
        throw new Unavailable(`A volume is being made from the snapshot ${snapshotId}.`);
    },
  };
}

import { command, servedTo } from "#agent/volumes/daemon.ts";
import { sync } from "#agent/volumes/files.ts";
import { qemuImg } from "#agent/volumes/tools.ts";
import { isThere, readDisk } from "./disk.ts";
import type { VolumeFiles } from "./layout.ts";

/** Freezes what is on the volume now, in its daemon while it is served. One that is there is kept. */
export async function takeSnapshot(files: VolumeFiles, name: string, signal?: AbortSignal): Promise<void> {
  if ((await readDisk(files, signal)).snapshots.includes(name)) return;
  if (await servedTo(files)) await tell(files, "blockdev-snapshot-internal-sync", name);
  else await change(files, ["-c", name]);
}

/** Removes a snapshot, if there is one. */
export async function dropSnapshot(files: VolumeFiles, name: string): Promise<void> {
  if (!(await isThere(files.disk)) || !(await readDisk(files)).snapshots.includes(name)) return;
  if (await servedTo(files)) await tell(files, "blockdev-snapshot-delete-internal-sync", name);
  else await change(files, ["-d", name]);
}

function tell(files: VolumeFiles, what: string, name: string) {
  return command(files, (qmp) => qmp.execute(what, { device: "volume", name }));
}

/** Not to be aborted: the disk's own tables are being written. */
async function change({ disk, user }: VolumeFiles, how: readonly string[]) {
  await qemuImg(user, ["snapshot", "-q", ...how, disk]);
  await sync(disk);
}

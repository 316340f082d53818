import { join } from "node:path";
import { listFolders, type ServedFiles, servedFiles } from "#agent/volumes/layout.ts";

/** Where one volume is: a disk that belongs to the daemon's user. */
export interface VolumeFiles extends ServedFiles {
  readonly disk: string;
}

export function filesOf(root: string, id: string): VolumeFiles {
  const files = servedFiles(root, id);
  return { ...files, disk: join(files.dir, "volume.qcow2") };
}

/** The volumes that have a folder. */
export async function listVolumes(root: string): Promise<VolumeFiles[]> {
  return (await listFolders(root)).map((id) => filesOf(root, id));
}

import { Unavailable } from "#platform/service/driver.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Guest, GuestDisk, GuestNic } from "../driver.ts";
import type { Compute } from "../kit.ts";
import { configDriveFiles } from "../metadata/drive.ts";
import { subjectOf } from "../metadata/subject.store.ts";
import { listDisks } from "./disk.store.ts";
import type { ServerDisk } from "./disk.ts";
import { getServer } from "./server.store.ts";
import { hostOf, type Server } from "./server.ts";

/** A guest and where it is to be. */
export interface Placed {
  readonly host: string;
  readonly guest: Guest;
}
export interface Place {
  readonly host: string;
  readonly id: string;
}

/** The server as its host is told of it, with the ports and volumes that it has now. */
export async function placedGuest(tx: Tx<Compute>, id: string): Promise<Placed> {
  const it = await getServer(tx.db, id);
  const disks = await listDisks(tx.db, id);
  const root = disks.find((disk) => disk.bootIndex === 0);
  const others = disks.filter((disk) => disk !== root && disk.attachmentId);
  return {
    host: hostOf(it),
    guest: {
      id,
      name: it.name,
      vcpus: it.vcpus,
      memoryMib: it.memoryMib,
      diskGib: it.diskGib,
      root: root ? { kind: "volume", disk: await guestDisk(tx, root) } : localRoot(it),
      nics: await guestNics(tx, id),
      disks: await Promise.all(others.map((disk) => guestDisk(tx, disk))),
      configDrive: it.configDrive ? configDriveFiles(await subjectOf(tx, it)) : null,
    },
  };
}

/** Where the server is; throws if it is on no host. */
export async function placeOf(tx: Tx<Compute>, id: string): Promise<Place> {
  return { id, host: hostOf(await getServer(tx.db, id)) };
}

/** A volume as the guest reaches it; throws Unavailable while it is not connected. */
export async function guestDisk(tx: Tx<Compute>, { volumeId, attachmentId, device }: ServerDisk): Promise<GuestDisk> {
  const via = attachmentId && (await tx.needs.blockStorage.connection(tx, attachmentId));
  if (!via || !volumeId) throw new Unavailable(`volume ${volumeId ?? "of an image"} is not connected yet`);
  return { volumeId, via, device };
}

function localRoot({ id, bootImage }: Server): Guest["root"] {
  if (!bootImage) throw new Error(`server ${id} has neither an image nor a volume to boot from`);
  return { kind: "image", image: bootImage };
}

async function guestNics(tx: Tx<Compute>, id: string): Promise<GuestNic[]> {
  const nics = await tx.needs.network.nics(tx, id);
  return nics.map(({ portId, mac, device, mtu }) => {
    if (device === null) throw new Unavailable(`port ${portId} is not plugged yet`);
    return { portId, mac, device, mtu };
  });
}

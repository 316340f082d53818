/** A volume of a server: its root (bootIndex 0) or a disk beside it. The local root disk of an image boot has no row. */
export interface ServerDisk {
  readonly id: string;
  readonly serverId: string;
  /** 0: the root; null: not for booting. */
  readonly bootIndex: number | null;
  /** "image": the volume is still to be made of it; "volume": it was there. */
  readonly source: "image" | "volume" | "blank";
  readonly imageId: string | null;
  readonly gib: number | null;
  /** Null until it is made (source "image"). */
  readonly volumeId: string | null;
  /** Block storage's attachment; null until the volume is reserved. */
  readonly attachmentId: string | null;
  /** "/dev/vdb" */
  readonly device: string;
  readonly deleteOnTermination: boolean;
  readonly tag: string | null;
  /** Whether the guest has it. */
  readonly attached: boolean;
  readonly createdAt: string;
}

export type ShownVolume = Pick<ServerDisk, "serverId" | "volumeId" | "deleteOnTermination">;

/** The first name of /dev/vda … /dev/vdz, /dev/vdaa … that is not taken. */
export function nextDevice(taken: readonly string[]): string {
  for (let i = 0; ; i++) {
    const name = `/dev/vd${letters(i)}`;
    if (!taken.includes(name)) return name;
  }
}

function letters(i: number): string {
  const last = String.fromCharCode(97 + (i % 26));
  return i < 26 ? last : letters(Math.floor(i / 26) - 1) + last;
}

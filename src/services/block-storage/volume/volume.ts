import { life } from "#platform/service/life.ts";

export type Metadata = Readonly<Record<string, string>>;

export interface Volume {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly gib: number;
  /** The size that an extension is about to reach: it counts for the quota already. */
  readonly growingTo: number | null;
  readonly status: string;
  readonly typeId: string;
  readonly bootable: boolean;
  /** null: nobody has ever said. */
  readonly readonly: boolean | null;
  readonly metadata: Metadata;
  readonly imageMetadata: Metadata | null;
  readonly imageId: string | null;
  readonly snapshotId: string | null;
  readonly sourceVolumeId: string | null;
  readonly fault: string | null;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

type VolumeVerb = "create" | "extend" | "attach" | "detach" | "delete";

/** As in Cinder, and a deletion that failed may be asked for again. */
const deletable = ["available", "error", "error_restoring", "error_extending", "error_managing", "error_deleting"];

/** What may be asked of a volume, from where, what it is doing meanwhile, and where it ends. */
export const volumeLife = life<string, VolumeVerb>({
  create: { from: [], busy: "creating", to: "available" },
  extend: { from: ["available"], busy: "extending", to: "available" },
  attach: { from: ["available", "downloading"], busy: "reserved", to: "in-use" },
  detach: { from: ["in-use"], busy: "detaching", to: "available" },
  delete: { from: deletable, busy: "deleting", to: "deleted" },
});

/** The words that an administrator may set by hand. */
export const volumeStatuses = [
  ...["creating", "available", "deleting", "error", "error_deleting", "error_managing", "managing", "attaching"],
  ...["in-use", "detaching", "maintenance", "restoring-backup", "error_restoring", "reserved", "awaiting-transfer"],
  ...["backing-up", "error_backing-up", "error_extending", "downloading", "uploading", "retyping", "extending"],
];

/** Where the volumes are, in the words of the API: host@backend#pool. */
export const pool = "block-storage@default#volumes";
export const zone = "nova";

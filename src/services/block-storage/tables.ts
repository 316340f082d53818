import type { Attachment } from "./attachment/attachment.ts";
import type { Snapshot } from "./snapshot/snapshot.ts";
import type { Transfer } from "./transfer/transfer.ts";
import type { Volume } from "./volume/volume.ts";
import type { DefaultType, TypeAccess, VolumeType } from "./volume-type/volume-type.ts";

/** Rows are the domain's own types; the store spells them in snake case for the database. */
export interface BlockStorageTables {
  blockStorageVolumes: Volume;
  blockStorageSnapshots: Snapshot;
  blockStorageAttachments: Attachment;
  blockStorageTransfers: Transfer;
  blockStorageTypes: VolumeType;
  blockStorageTypeAccess: TypeAccess;
  blockStorageDefaultTypes: DefaultType;
}

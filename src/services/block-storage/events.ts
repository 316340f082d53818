/** What block storage tells the rest of the cloud, in the past tense. */
export interface BlockStorageEvents {
  "volume.created": { volumeId: string; projectId: string };
  "volume.deleted": { volumeId: string; projectId: string };
  "volume.extended": { volumeId: string; projectId: string };
  "snapshot.created": { snapshotId: string; volumeId: string; projectId: string };
  "snapshot.deleted": { snapshotId: string; volumeId: string; projectId: string };
  "attachment.connected": { attachmentId: string; serverId: string | null; volumeId: string };
  "attachment.gone": { attachmentId: string; serverId: string | null; volumeId: string };
}
/** The same names as data, for the declaration of the service. */
export const told: readonly (keyof BlockStorageEvents)[] = [
  "volume.created",
  "volume.deleted",
  "volume.extended",
  "snapshot.created",
  "snapshot.deleted",
  "attachment.connected",
  "attachment.gone",
];

import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";

export interface VolumeBrief {
  readonly id: string;
  readonly name: string | null;
  readonly projectId: string;
  readonly gib: number;
  readonly status: string;
  readonly bootable: boolean;
  readonly multiattach: boolean;
}
/** How a guest's host reaches the volume; null until it is connected. */
export type VolumeConnection =
  | { readonly kind: "nbd"; readonly socket: string; readonly export: string }
  | { readonly kind: "simulated" };
/**
 * What neighbours may ask of block storage. Connecting and disconnecting are its own sagas, whose ends are the events
 * "attachment.connected" { attachmentId, serverId } and "attachment.gone" { attachmentId, serverId }.
 */
export interface BlockStorage {
  getVolume(tx: Join, actor: Actor, id: string): Promise<VolumeBrief>;
  /** Takes an available volume for a server ("reserved", in this transaction); 400 with Nova's sentence if it is not. Returns the attachment's id. */
  reserve(tx: Join, actor: Actor, volumeId: string, serverId: string): Promise<string>;
  /** Starts making the volume reachable on the host. */
  connect(tx: Join, attachmentId: string, host: string): Promise<void>;
  /** Throws Refused if it failed for good. */
  connection(tx: Join, attachmentId: string): Promise<VolumeConnection | null>;
  /** The guest has it: "in-use" under a device name. */
  attached(tx: Join, attachmentId: string, device: string): Promise<void>;
  /** The guest is asked to let go: "detaching". */
  detaching(tx: Join, attachmentId: string): Promise<void>;
  /** Back to "in-use" after a detach that failed. */
  rollDetaching(tx: Join, attachmentId: string): Promise<void>;
  /** The guest has let go (or never had it): disconnects, deletes the attachment, "available" again. Also from reserved. */
  release(tx: Join, attachmentId: string): Promise<void>;
  isReleased(tx: Join, attachmentId: string): Promise<boolean>;
  /** A new volume made from an image, for a boot from volume: its saga ends with the event "volume.created" { volumeId }. */
  createFromImage(tx: Join, actor: Actor, ask: { imageId: string; gib: number; name: string }): Promise<string>;
  /** Deletes a volume that was made for a server (delete_on_termination), once it is released. */
  deleteVolume(tx: Join, volumeId: string): Promise<void>;
}

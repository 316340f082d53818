import type { Trace } from "#platform/service/trace.ts";

export interface VolumeSpec {
  readonly id: string;
  readonly gib: number;
  readonly source:
    | null
    | { readonly kind: "image"; readonly path: string; readonly format: string; readonly sha512?: string }
    | { readonly kind: "snapshot"; readonly volumeId: string; readonly snapshotId: string }
    | { readonly kind: "volume"; readonly volumeId: string };
}
/** How a host reaches a connected volume. */
export type Connection =
  | { readonly kind: "nbd"; readonly socket: string; readonly export: string }
  | { readonly kind: "simulated" };

/** A volume that is served on a host to a server. */
export interface Served {
  readonly volumeId: string;
  readonly host: string;
  readonly serverId: string;
}

/** What block storage asks of a storage system. Every call may be made twice, keyed by ids. */
export interface BlockStorageDriver {
  create(volume: VolumeSpec, signal?: AbortSignal): Promise<void>;
  delete(id: string, signal?: AbortSignal): Promise<void>;
  extend(id: string, gib: number, signal?: AbortSignal): Promise<void>;
  /** Point in time, also while the volume is connected. */
  snapshot(volumeId: string, snapshotId: string, signal?: AbortSignal): Promise<void>;
  deleteSnapshot(volumeId: string, snapshotId: string, signal?: AbortSignal): Promise<void>;
  /** Serves the volume on the host to the one guest (`serverId` is who may open it). */
  connect(id: string, host: string, serverId: string, signal?: AbortSignal): Promise<Connection>;
  disconnect(id: string, host: string, serverId: string, signal?: AbortSignal): Promise<void>;
  /** What is being served now. */
  served(): Promise<readonly Served[]>;
  capacity(): Promise<{ readonly totalGib: number; readonly freeGib: number }>;
  traces(): Promise<readonly Trace[]>;
}

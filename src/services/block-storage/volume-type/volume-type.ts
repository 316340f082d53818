import type { Metadata } from "../volume/volume.ts";

export interface VolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isPublic: boolean;
  readonly extraSpecs: Metadata;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}
export interface TypeAccess {
  readonly typeId: string;
  readonly projectId: string;
}
export interface DefaultType {
  readonly projectId: string;
  readonly typeId: string;
}

/** The type of a volume that asks for none. */
export const defaultTypeName = "__DEFAULT__";

/** Extra specs that every reader may see; the others are for administrators. */
export const readableSpecs = ["RESKEY:availability_zones", "multiattach", "replication_enabled"];

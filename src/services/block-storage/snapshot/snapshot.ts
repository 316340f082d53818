import { life } from "#platform/service/life.ts";
import type { Metadata } from "../volume/volume.ts";

export interface Snapshot {
  readonly id: string;
  readonly volumeId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly gib: number;
  readonly status: string;
  /** As it was said from outside; null: as the status has it. */
  readonly progress: string | null;
  readonly metadata: Metadata;
  readonly fault: string | null;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

export const snapshotLife = life<string, "create" | "delete">({
  create: { from: [], busy: "creating", to: "available" },
  delete: { from: ["available", "error", "error_deleting"], busy: "deleting", to: "deleted" },
});

export const snapshotStatuses = ["available", "creating", "deleting", "error", "error_deleting"];

import { beatEvery, type Place } from "../driver.ts";

export const visibilities = ["public", "community", "shared", "private"] as const;
export type Visibility = (typeof visibilities)[number];
export type ImageStatus = "queued" | "saving" | "uploading" | "importing" | "active" | "deactivated" | "pending_delete";

export const containerFormats = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"];
export const diskFormats = ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop", "luks"];

/** Where the bytes of an upload lead, and what the image is called meanwhile: staged ones wait for their import. */
export const ways = {
  upload: { meanwhile: "saving", after: "active" },
  stage: { meanwhile: "uploading", after: "uploading" },
} as const;
export type Way = (typeof ways)[keyof typeof ways];

export interface Image {
  readonly id: string;
  readonly name: string | null;
  /** The project that it belongs to. */
  readonly owner: string | null;
  readonly status: ImageStatus;
  readonly visibility: Visibility;
  readonly protected: boolean;
  readonly hidden: boolean;
  readonly containerFormat: string | null;
  readonly diskFormat: string | null;
  readonly minDisk: number;
  readonly minRam: number;
  readonly size: number | null;
  readonly virtualSize: number | null;
  readonly md5: string | null;
  readonly sha512: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Where its bytes come in or, staged, wait for their import: a key, and the store or the staging area. */
  readonly uploadId: string | null;
  readonly uploadStore: string | null;
  /** When bytes of a running upload were last seen. */
  readonly uploadAt: string | null;
  /** The task that brings bytes to it. */
  readonly taskId: string | null;
  /** The stores to which they still go; null before the first import. */
  readonly importingTo: readonly string[] | null;
  /** The stores where that failed in the last import. */
  readonly failedImport: readonly string[] | null;
  /** When it was deleted, if its deletion waits. */
  readonly deletedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The largest image that is taken: one tebibyte. */
export const largestBytes = 2 ** 40;

/** Whose upload gave no sign of life for this long (seconds), is gone. */
export const silence = (5 * beatEvery) / 1000;

/** Where bytes of it come in or wait, beside those that it has. */
export function comingInto({ uploadStore, uploadId }: Image): Place[] {
  return uploadStore !== null && uploadId !== null ? [{ store: uploadStore, key: uploadId }] : [];
}

/** Whether somebody who is no admin may know of it at all. */
export function isVisible(it: Image, projectId: string | undefined, isMember: boolean): boolean {
  if (it.visibility === "public" || it.visibility === "community") return true;
  if (projectId !== undefined && it.owner === projectId) return true;
  return it.visibility === "shared" && isMember;
}

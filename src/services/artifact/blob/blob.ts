import type { Place, Stored } from "../driver.ts";

/** What an artifact holds in one of its blob fields: bytes here, bytes outside, or bytes that are coming in. */
export interface Blob {
  readonly artifactId: string;
  readonly field: string;
  /** Of a dictionary of blobs; empty for a blob that is the field itself. */
  readonly entry: string;
  readonly contentType: string | null;
  readonly size: number | null;
  readonly md5: string | null;
  readonly sha1: string | null;
  readonly sha256: string | null;
  readonly store: string | null;
  readonly key: string | null;
  /** Where it is outside. */
  readonly url: string | null;
  readonly uploadStore: string | null;
  /** Every upload has its own, so that a late end of one cannot touch another's. */
  readonly uploadKey: string | null;
  /** When bytes of a running upload were last seen; null when none runs. */
  readonly uploadAt: string | null;
  /** How many bytes of it may come. */
  readonly uploadSize: number | null;
}
/** Bytes in a store, once for all blobs that hold the same. */
export interface Bytes extends Place, Omit<Stored, "sizeBytes"> {
  readonly size: number;
  readonly createdAt: string;
}
/** Bytes that somebody is about to bring to a place. */
export interface ExpectedBytes extends Place {
  readonly createdAt: string;
}
/** Which blob of an artifact. */
export interface Slot {
  readonly artifactId: string;
  readonly field: string;
  readonly entry: string;
}

/** Seconds without a sign after which an upload is over. */
export const silence = 300;
/** What an artifact may say of bytes when no upload runs for them any more. */
export const noUpload = { uploadStore: null, uploadKey: null, uploadAt: null, uploadSize: null } as const;

/** A blob of which nothing is known yet. */
export function emptyBlob(slot: Slot): Blob {
  const nothing = { contentType: null, size: null, md5: null, sha1: null, sha256: null, store: null, key: null };
  return { ...slot, ...nothing, url: null, ...noUpload };
}

export function isSaving({ uploadKey }: Blob): boolean {
  return uploadKey !== null;
}

/** "template", or "nested_templates[a.yaml]". */
export function blobName({ field, entry }: Pick<Slot, "field" | "entry">): string {
  return entry ? `${field}[${entry}]` : field;
}

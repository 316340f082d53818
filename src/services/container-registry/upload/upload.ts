import { beatEvery } from "../driver.ts";

/** Bytes on their way into a repository. */
export interface Upload {
  readonly id: string;
  readonly projectId: string;
  readonly repository: string;
  /** How many have come. */
  readonly size: number;
  /** The request that brings more just now, and when it was last heard of. */
  readonly holder: string | null;
  readonly heldAt: string | null;
  readonly updatedAt: string;
}

/** A request that gave no sign of life for this long (seconds) is gone. */
export const silence = (5 * beatEvery) / 1000;
/** For so many seconds an upload waits for more. */
export const patience = 3600;
/** The largest blob that is taken: one tebibyte. */
export const largestBytes = 2 ** 40;

/** "0-1023" of Content-Range, which OCI spells without a unit. */
export function readContentRange(text: string): { readonly start: number; readonly end: number } | undefined {
  const [, start, end] = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/\S+)?$/.exec(text.trim()) ?? [];
  return start === undefined || end === undefined ? undefined : { start: Number(start), end: Number(end) };
}

/** What has come, as headers say it. */
export function rangeOf({ size }: Pick<Upload, "size">): string {
  return `0-${Math.max(0, size - 1)}`;
}

import type { Readable } from "node:stream";
import type { Trace } from "#platform/service/trace.ts";

export interface Stored {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha512: string;
}
/** What image asks of a store of bytes. Bytes appear whole or not at all. */
export interface ImageDriver {
  /** Streams the bytes in, hashing as they pass; ends (with Refused) past `limitBytes`. Nothing stays behind if it throws. */
  put(id: string, bytes: Readable, more: { limitBytes: number; signal?: AbortSignal }): Promise<Stored>;
  /** The bytes from `start` up to and with `end` (all when absent). Gone if there are none. */
  open(id: string, range?: { start: number; end: number }): Promise<Readable>;
  delete(id: string): Promise<void>;
  /** A path at which hosts can read it. */
  locate(id: string): Promise<string>;
  traces(): Promise<readonly Trace[]>;
}

import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";

/** Bytes are named by a store and a key in it: letters, digits and hyphens, new for all bytes that come in. */
export interface Place {
  readonly store: string;
  readonly key: string;
}
/** What is known of bytes that have come in whole. */
export interface Stored {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512: string;
}
export interface Bounds {
  /** TooLarge past so many bytes. */
  readonly limitBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Sees each piece as it comes; what it throws ends the work. */
  readonly look?: (piece: Buffer) => void | Promise<void>;
  /** Called again and again while bytes come in, also when none come for a while: the sign that somebody is at work. */
  readonly beat?: () => Promise<void>;
}

/** What artifacts ask of whoever keeps their bytes. Bytes appear whole or not at all, and nothing looks into them. */
export interface ArtifactDriver {
  /** Where new bytes go. */
  readonly defaultStore: string;
  /** Streams the bytes in, hashing as they pass. Nothing stays behind if it throws: TooLarge past the limit, Refused without room. */
  put(at: Place, bytes: Readable, bounds: Bounds): Promise<Stored>;
  /** The bytes from `start` up to and with `end` (all when absent). Gone if there are none. */
  open(at: Place, range?: { start: number; end: number }): Promise<Readable>;
  /** What is not there is deleted. */
  delete(at: Place): Promise<void>;
  /** All bytes that are there, whole or in part. */
  traces(): Promise<readonly (Trace & Place)[]>;
}

/** More bytes came than were allowed. */
export class TooLarge extends Refused {
  constructor(limitBytes: number) {
    super(`The data is larger than the ${limitBytes} bytes that are allowed.`);
  }
}

import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import type { ArtifactStore } from "../artifact/index.ts";
import type { ImageStore } from "../image/index.ts";

export interface Range {
  readonly start: number;
  /** The last byte, itself included. */
  readonly end: number;
}
export interface Bounds {
  /** Refused past so many bytes in all. */
  readonly limitBytes: number;
  /** Called again and again while bytes come in, also when none come for a while: the sign that somebody is at work. */
  readonly beat?: () => Promise<void>;
}
/** Milliseconds between two beats. */
export const beatEvery = 15_000;

/** All that was written under a key, durable. */
export interface Sealed {
  readonly size: number;
  readonly sha256: string;
  /** Only where it was asked for. */
  readonly sha512?: string;
}

/** What the registry asks of whoever keeps its bytes, by keys of letters, digits and hyphens. */
export interface RegistryBytes {
  /**
   * Writes behind the first `at` bytes of a key; what stood there is gone, and with 0 the key begins. Returns how many bytes it
   * has now. What was written before an error stays: Refused past the limit, Full without room.
   */
  append(key: string, at: number, bytes: Readable, bounds: Bounds): Promise<number>;
  /** How many bytes a key has; 0 for one that nobody has begun. */
  size(key: string): Promise<number>;
  /** Cuts a key down to its first `size` bytes, makes them durable and says what they are. A key that nobody has begun is empty. */
  seal(key: string, size: number, more: { readonly sha512: boolean }): Promise<Sealed>;
  /** The bytes of a key that was sealed. Gone if there are none. */
  open(key: string, range?: Range): Promise<Readable>;
  /** What is not there is deleted. */
  delete(key: string): Promise<void>;
  /** All keys that have bytes. */
  traces(): Promise<readonly Trace[]>;
}

/** The registry's own bytes, and those of its neighbours. */
export interface RegistryDriver extends RegistryBytes {
  readonly images: ImageStore;
  readonly artifacts: ArtifactStore;
}

/** There is no room left where the bytes were to go. */
export class Full extends Refused {
  constructor() {
    super("There is no room left for the registry's bytes.");
  }
}

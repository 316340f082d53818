import type { Readable } from "node:stream";
import type { Trace } from "#platform/service/trace.ts";
import type { Bounds, Store, Stored } from "#services/image/driver.ts";

/** One store of bytes by key: what every technology is to do. */
export interface ByteStore {
  readonly about: Store;
  put(key: string, bytes: Readable, bounds: Bounds): Promise<Stored>;
  open(key: string, range?: { start: number; end: number }): Promise<Readable>;
  size(key: string): Promise<number>;
  delete(key: string): Promise<void>;
  locate(key: string): Promise<string>;
  /** The key of what `locate` answered; undefined if that was another store's. */
  keyOf(path: string): string | undefined;
  /**
   * Takes over a whole file without reading it, where that can be done; false if it cannot. The file stays. "link": both are one
   * file from now on; "clone": they share their blocks.
   */
  adopt?(key: string, path: string, how: "link" | "clone"): Promise<boolean>;
  traces(): Promise<readonly (Trace & { readonly key: string })[]>;
}

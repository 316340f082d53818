import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";

/** A store of images, as users are told of it. */
export interface Store {
  readonly id: string;
  readonly description: string;
  readonly type: "file" | "s3" | "rbd" | "memory";
  readonly isDefault: boolean;
}
/** Bytes are named by a store and a key in it: letters, digits and hyphens, new for all bytes that come in. */
export interface Place {
  readonly store: string;
  readonly key: string;
}
/** Where bytes wait for their import: files of this program, in no store that users know of. */
export const staging = "os_glance_staging_store";

export interface Stored {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha512: string;
}
export interface Bounds {
  /** Refused past so many bytes. */
  readonly limitBytes: number;
  readonly signal?: AbortSignal;
  /** Sees each piece as it comes; what it throws ends the work. */
  readonly look?: (piece: Buffer) => void | Promise<void>;
  /** Called again and again while bytes come in, also when none come for a while: the sign that somebody is at work. */
  readonly beat?: () => Promise<void>;
}
/** Milliseconds between two beats. */
export const beatEvery = 15_000;
/** Told now and then how much of the work is done, in percent; never less than before. */
export type Progress = (percent: number) => void;

/** What image asks of whoever keeps its bytes. Bytes appear whole or not at all. */
export interface ImageDriver {
  /** All stores; exactly one is the default. */
  readonly stores: readonly Store[];
  /** Streams the bytes in, hashing as they pass. Nothing stays behind if it throws: Refused past the limit, Full without room. */
  put(at: Place, bytes: Readable, bounds: Bounds): Promise<Stored>;
  /** The bytes from `start` up to and with `end` (all when absent). Gone if there are none. */
  open(at: Place, range?: { start: number; end: number }): Promise<Readable>;
  /** The first and the last bytes, for an inspection. Gone if there are none. */
  peek(at: Place, head: number, tail: number): Promise<{ head: Buffer; tail: Buffer; size: number }>;
  /** What is not there is deleted. */
  delete(at: Place): Promise<void>;
  /** Where hosts find it: a path, or a URL of the store that their driver brings to a path. Gone if there are no bytes. */
  locate(at: Place): Promise<string>;
  /** Between stores, the staging area among them. `expect`: what the bytes must turn out to be; Refused if they do not. */
  copy(from: Place, to: Place, more: Bounds & { expect?: Stored; progress?: Progress }): Promise<Stored>;
  /** The first disk of an appliance (OVA), from staging to staging. */
  unpack(from: Place, to: Place, more: Bounds): Promise<Unpacked>;
  /**
   * From staging to staging, in a process that can reach nothing but these two. The bytes must have passed the inspection
   * as `format`. May be called again: then from the start.
   */
  convert(from: Place, to: Place, more: Conversion): Promise<Stored>;
  /** All bytes that are there, whole or in part. */
  traces(): Promise<readonly (Trace & Place)[]>;
  /** What brings bytes from elsewhere; absent: nothing is downloaded. */
  readonly web?: Web;
  /** Copies of images near at hand; absent: there are none. */
  readonly cache?: Cache;
  /** Certificates (PEM) by their ids, those that are valid now; absent: there are none. */
  readonly certificates?: { find(id: string): Promise<string | undefined> };
}
/** Copies of images' bytes, by the images' ids. What is there is whole. */
export interface Cache {
  /** How many bytes it should hold at most. */
  readonly limitBytes: number;
  /** Brings an image's bytes in; says how many. */
  fetch(id: string, from: Place, bounds: Bounds): Promise<number>;
  /** Gone if it is not there. */
  open(id: string, range?: { start: number; end: number }): Promise<Readable>;
  /** What is not there is dropped. */
  drop(id: string): Promise<void>;
  /** The ids of all that is there, whole or in part. */
  list(): Promise<readonly string[]>;
}
/** Downloads from outside, and from nowhere inside. */
export interface Web {
  /** Throws Refused for a URL that may not be asked for, as far as its words say. */
  judge(url: string): void;
  /**
   * Opens a URL. Its host's name is resolved once and only checked addresses are connected to, at each redirect anew. Refused:
   * it may not be reached, is not there, or broke off. `trusted`: an operator named it, so that it may be anywhere.
   */
  open(url: string, asked?: Ask): Promise<Download>;
}
export interface Ask {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly trusted?: boolean;
}
export interface Download {
  readonly bytes: Readable;
  /** As the server says; null if it does not. */
  readonly sizeBytes: number | null;
}
export interface Unpacked extends Stored {
  /** What the appliance says that the disk is, by its name: "vmdk" … */
  readonly format: string;
}
export interface Conversion extends Bounds {
  readonly format: string;
  readonly to: "raw" | "qcow2";
  /** What the guest sees: as large as the new image may become at most. */
  readonly virtualBytes: number;
  readonly progress?: Progress;
}
/** There is no room left where the bytes were to go. */
export class Full extends Refused {
  constructor(message = "Image storage media is full: there is no room left for the image.") {
    super(message);
  }
}

export function defaultStore({ stores }: ImageDriver): Store {
  return stores.find(({ isDefault }) => isDefault) ?? stores[0]!;
}

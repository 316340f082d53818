import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Web } from "#services/image/driver.ts";
import { convertFile } from "./convert.ts";
import type { FileByteStore } from "./file.ts";
import type { ByteStore } from "./store.ts";

/** What a host is to read: where it is said to be, what it is, and what it must turn out to be. */
export interface Wanted {
  readonly path: string;
  readonly format: string;
  readonly sha512?: string | undefined;
}
/** A disk as a file on this host, in a format that a guest can run on. */
export interface NearDisk {
  readonly path: string;
  readonly format: string;
}
export type Near = <T>(it: Wanted, use: (disk: NearDisk) => Promise<T>, signal?: AbortSignal) => Promise<T>;

const largest = 2 ** 44;
const direct = ["raw", "qcow2"];
const plain = ["iso", "ami", "aki", "ari"];

/** What the format of a disk is once it is near. */
export function nearFormat(format: string): string {
  if (direct.includes(format)) return format;
  return plain.includes(format) ? "raw" : "qcow2";
}

/**
 * Brings images to this host for as long as somebody uses them: those of stores elsewhere and of the web, with their hash reckoned anew, and
 * those of formats that no guest runs on, converted. What is a fit file already is used where it is.
 */
export function nearImages(stores: readonly ByteStore[], near: FileByteStore, dir: string, web?: Web): Near {
  let cleared: Promise<void> | undefined;
  const clear = () => {
    cleared ??= rm(dir, { recursive: true, force: true }); // what an earlier program left
    return cleared;
  };
  const open = async ({ path, sha512 }: Wanted, signal?: AbortSignal): Promise<Readable | undefined> => {
    const store = stores.find((it) => it.keyOf(path) !== undefined);
    if (store) return store.open(store.keyOf(path)!);
    if (!/^https?:/i.test(path)) return undefined;
    if (!web || !sha512) throw new Refused("The image is nowhere from where it may be brought.");
    return (await web.open(path, { signal })).bytes;
  };
  const bring = async (it: Wanted, key: string, signal?: AbortSignal): Promise<string> => {
    const bytes = it.path.startsWith("/") ? undefined : await open(it, signal);
    if (!bytes) return it.path;
    const stored = await near.put(key, bytes, { limitBytes: largest, signal }).finally(() => bytes.destroy());
    if (it.sha512 && stored.sha512 !== it.sha512) throw new Refused("The image's bytes are not what they were.");
    return near.locate(key);
  };
  return async (it, use, signal) => {
    await clear();
    const [copy, converted] = [randomUUID(), randomUUID()];
    try {
      const path = await bring(it, copy, signal);
      const format = nearFormat(it.format);
      if (direct.includes(it.format) || plain.includes(it.format)) return await use({ path, format });
      const more = { format: it.format, to: "qcow2", virtualBytes: largest, limitBytes: largest, signal } as const;
      await near.make(converted, (made) => convertFile(path, made, converted, more));
      return await use({ path: await near.locate(converted), format });
    } finally {
      await near.delete(copy);
      await near.delete(converted);
    }
  };
}

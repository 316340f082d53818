import { join } from "node:path";
import { Refused } from "#platform/service/driver.ts";
import {
  type Bounds,
  beatEvery,
  type ImageDriver,
  type Place,
  type Store,
  type Stored,
  staging,
  type Web,
} from "#services/image/driver.ts";
import { convertFile } from "./convert.ts";
import { fileStore, plain } from "./file.ts";
import { type Near, nearImages } from "./near.ts";
import type { ByteStore } from "./store.ts";
import { unpackDisk } from "./unpack.ts";

export interface FileImages {
  readonly dir: string;
  /** What images leave free on the disk. */
  readonly keepFreeBytes?: number;
}
/** The usual: one store of files, and its staging area beside. */
export function fileImages({ dir, keepFreeBytes = 256 * 1024 * 1024 }: FileImages): NearImages {
  const about: Store = { id: "file", description: "Files on this host", type: "file", isDefault: true };
  return imageStores({
    stores: [fileStore({ about, dir, keepFreeBytes })],
    staging: join(dir, "staging"),
    near: join(dir, "near"),
    keepFreeBytes,
  });
}

export interface ImageStores {
  readonly stores: readonly ByteStore[];
  /** The folder of the staging area. */
  readonly staging: string;
  /** The folder of what is brought to this host for a while. */
  readonly near: string;
  readonly keepFreeBytes: number;
  /** What brings bytes that are in no store; absent: none are brought. */
  readonly web?: Web;
}
export interface NearImages extends ImageDriver {
  readonly near: Near;
}
/** Several stores and one staging area as one driver. */
export function imageStores({ stores, staging: dir, near: nearDir, keepFreeBytes, web }: ImageStores): NearImages {
  const about: Store = { id: staging, description: "Bytes that wait for their import", type: "file", isDefault: false };
  const stage = fileStore({ about, dir, keepFreeBytes });
  const all = [...stores, stage];
  const of = ({ store }: Place): ByteStore => {
    const found = all.find(({ about }) => about.id === store);
    if (!found) throw new Refused(`There is no store ${store}.`);
    return found;
  };
  const near = fileStore({ about: { ...about, id: "near" }, dir: nearDir, keepFreeBytes });
  const driver: NearImages = {
    near: nearImages(stores, near, nearDir, web),
    ...(web && { web }),
    stores: stores.map((it) => it.about),
    put: async (at, bytes, bounds) => beating(bounds, () => of(at).put(plain(at.key), bytes, bounds)),
    open: async (at, range) => of(at).open(plain(at.key), range),
    peek: async (at, head, tail) => peek(of(at), plain(at.key), head, tail),
    delete: async (at) => of(at).delete(plain(at.key)),
    locate: async (at) => of(at).locate(plain(at.key)),
    async copy(from, to, { expect, progress, ...bounds }) {
      const source = of(from);
      const target = of(to);
      if (expect && (await adopted(source, target, from.key, to.key))) return expect;
      const size = await source.size(plain(from.key));
      let done = 0;
      const look = async (piece: Buffer) => {
        await bounds.look?.(piece);
        done += piece.length;
        progress?.(Math.floor((done * 100) / size));
      };
      const bytes = await source.open(plain(from.key));
      const stored = await target.put(plain(to.key), bytes, { ...bounds, look }).finally(() => bytes.destroy());
      if (expect) await requireSame(driver, to, stored, expect);
      return stored;
    },
    async unpack(from, to, bounds) {
      const key = plain(to.key);
      return unpackDisk(await stage.locate(plain(from.key)), key, bounds, (bytes, more) => stage.put(key, bytes, more));
    },
    async convert(from, to, more) {
      const source = await stage.locate(plain(from.key));
      return stage.make(plain(to.key), (path) => convertFile(source, path, to.key, more));
    },
    async traces() {
      const each = all.map(async ({ about, traces }) => (await traces()).map((it) => ({ ...it, store: about.id })));
      return (await Promise.all(each)).flat();
    },
  };
  return driver;
}

/** What is staged goes soon: it may be the same file. What stays in another store shares its blocks where the disk can that. */
async function adopted(source: ByteStore, target: ByteStore, from: string, to: string): Promise<boolean> {
  if (source.about.type !== "file" || !target.adopt) return false;
  const how = source.about.id === staging ? "link" : "clone";
  return target.adopt(plain(to), await source.locate(plain(from)), how);
}

async function beating<T>({ beat }: Bounds, work: () => Promise<T>): Promise<T> {
  const timer = beat && setInterval(() => beat().catch(() => {}), beatEvery);
  return work().finally(() => clearInterval(timer));
}

async function peek(store: ByteStore, key: string, head: number, tail: number) {
  const size = await store.size(key);
  const read = async (start: number, end: number) => {
    if (end < start) return Buffer.alloc(0);
    const parts: Buffer[] = [];
    for await (const part of await store.open(key, { start, end })) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  return { head: await read(0, Math.min(head, size) - 1), tail: await read(Math.max(0, size - tail), size - 1), size };
}

async function requireSame(driver: ImageDriver, at: Place, { sizeBytes, sha512 }: Stored, expect: Stored) {
  if (sizeBytes === expect.sizeBytes && sha512 === expect.sha512) return;
  await driver.delete(at);
  throw new Refused("The bytes are not what they were: their hash has changed.");
}

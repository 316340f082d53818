import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Gone, Refused } from "#platform/service/driver.ts";
import {
  type Bounds,
  type Cache,
  Full,
  type ImageDriver,
  type Place,
  type Store,
  type Stored,
} from "#services/image/driver.ts";
import { simulatedWeb } from "./web.ts";

export interface SimulatedImages {
  readonly roomBytes?: number;
  /** The first one is the default. */
  readonly stores?: readonly string[];
}

/** Keeps images in memory, up to a bound. */
export function simulatedImages({ roomBytes = 256 * 1024 * 1024, stores = ["memory"] }: SimulatedImages = {}) {
  const kept = new Map<string, { at: Place; bytes: Buffer }>();
  const used = () => [...kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const spelled = ({ store, key }: Place) => `${store}/${key}`;
  const get = (at: Place): Buffer => {
    const it = kept.get(spelled(at));
    if (!it) throw new Gone(`there are no bytes of ${at.key} in ${at.store}`);
    return it.bytes;
  };
  const keep = (at: Place, bytes: Buffer): Stored => {
    kept.set(spelled(at), { at, bytes });
    return described(bytes);
  };
  const driver: ImageDriver = {
    stores: stores.map((id, n) => toStore(id, n === 0)),
    web: simulatedWeb(),
    cache: simulatedCache(get),
    async put(at, bytes, bounds) {
      return keep(at, await gather(bytes, bounds, roomBytes - used()));
    },
    async open(at, range) {
      const it = get(at);
      return Readable.from(range ? it.subarray(range.start, range.end + 1) : it, { objectMode: false });
    },
    async peek(at, head, tail) {
      const it = get(at);
      return { head: it.subarray(0, head), tail: it.subarray(Math.max(0, it.length - tail)), size: it.length };
    },
    async delete(at) {
      kept.delete(spelled(at));
    },
    async locate(at) {
      get(at);
      return `/simulated/images/${spelled(at)}`;
    },
    async copy(from, to, { expect, progress, ...bounds }) {
      const it = await gather(Readable.from(get(from), { objectMode: false }), bounds, roomBytes - used());
      if (expect && expect.sha512 !== described(it).sha512) throw new Refused("The bytes are not what they were.");
      progress?.(100);
      return keep(to, it);
    },
    async unpack(from, to, bounds) {
      const it = await gather(Readable.from(get(from), { objectMode: false }), bounds, roomBytes - used());
      return { ...keep(to, it), format: "vmdk" };
    },
    async convert(from, to, { progress, ...bounds }) {
      progress?.(50);
      const it = await gather(Readable.from(get(from), { objectMode: false }), bounds, roomBytes - used());
      progress?.(100);
      return keep(to, it);
    },
    async traces() {
      return [...kept.values()].map(({ at }) => ({ ...at, kind: "image bytes", subject: at.key, where: "memory" }));
    },
  };
  return driver;
}

function simulatedCache(get: (at: Place) => Buffer): Cache {
  const near = new Map<string, Buffer>();
  return {
    limitBytes: 64 * 1024 * 1024,
    async fetch(id, from) {
      near.set(id, get(from));
      return get(from).length;
    },
    async open(id, range) {
      const it = near.get(id);
      if (!it) throw new Gone(`${id} is not near`);
      return Readable.from(range ? it.subarray(range.start, range.end + 1) : it, { objectMode: false });
    },
    async drop(id) {
      near.delete(id);
    },
    list: async () => [...near.keys()],
  };
}

function toStore(id: string, isDefault: boolean): Store {
  return { id, description: "Memory of this program", type: "memory", isDefault };
}

async function gather(bytes: Readable, { limitBytes, look, signal }: Bounds, room: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    length += part.length;
    if (length > limitBytes) throw new Refused("The image is larger than what is allowed.");
    if (length > room) throw new Full();
    await look?.(part);
    parts.push(part);
  }
  signal?.throwIfAborted();
  return Buffer.concat(parts);
}

function described(it: Buffer): Stored {
  const hash = (name: string) => createHash(name).update(it).digest("hex");
  return { sizeBytes: it.length, md5: hash("md5"), sha512: hash("sha512") };
}

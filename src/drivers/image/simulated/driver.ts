import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { ImageDriver, Stored } from "#services/image/driver.ts";

/** Keeps images in memory, up to a bound. */
export function simulatedImages({ roomBytes = 256 * 1024 * 1024 }: { roomBytes?: number } = {}): ImageDriver {
  const kept = new Map<string, Buffer>();
  const used = () => [...kept.values()].reduce((sum, it) => sum + it.length, 0);
  const get = (id: string) => {
    const it = kept.get(id);
    if (!it) throw new Gone(`there are no bytes of ${id}`);
    return it;
  };
  return {
    async put(id, bytes, { limitBytes, signal }) {
      const it = await gather(bytes, Math.min(limitBytes, roomBytes - used()), signal);
      kept.set(id, it);
      return described(it);
    },
    async open(id, range) {
      const it = get(id);
      return Readable.from(range ? it.subarray(range.start, range.end + 1) : it, { objectMode: false });
    },
    async delete(id) {
      kept.delete(id);
    },
    async locate(id) {
      get(id);
      return `/simulated/images/${id}`;
    },
    async traces() {
      return [...kept.keys()].map((subject) => ({ kind: "image bytes", subject, where: "memory" }));
    },
  };
}

async function gather(bytes: Readable, room: number, signal?: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    length += part.length;
    if (length > room) throw new Refused("The image is larger than what is allowed or left.");
    parts.push(part);
  }
  signal?.throwIfAborted();
  return Buffer.concat(parts);
}

function described(it: Buffer): Stored {
  const hash = (name: string) => createHash(name).update(it).digest("hex");
  return { sizeBytes: it.length, md5: hash("md5"), sha512: hash("sha512") };
}

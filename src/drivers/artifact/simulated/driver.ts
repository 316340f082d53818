import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Gone, Refused } from "#platform/service/driver.ts";
import { type ArtifactDriver, type Bounds, type Place, type Stored, TooLarge } from "#services/artifact/driver.ts";

/** Keeps artifacts' bytes in memory, up to a bound. */
export function simulatedArtifacts({ roomBytes = 256 * 1024 * 1024 } = {}): ArtifactDriver {
  const kept = new Map<string, { at: Place; bytes: Buffer }>();
  const used = () => [...kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    defaultStore: "memory",
    async put(at, bytes, bounds) {
      const name = spelled(at);
      const whole = await gather(bytes, bounds, roomBytes - used());
      kept.set(name, { at, bytes: whole });
      return described(whole);
    },
    async open(at, range) {
      const it = kept.get(spelled(at));
      if (!it) throw new Gone(`there are no bytes of ${at.key} in ${at.store}`);
      return Readable.from(range ? it.bytes.subarray(range.start, range.end + 1) : it.bytes, { objectMode: false });
    },
    async delete(at) {
      kept.delete(spelled(at));
    },
    async traces() {
      return [...kept.values()].map(({ at }) => ({ ...at, kind: "artifact bytes", subject: at.key, where: "memory" }));
    },
  };
}

function spelled({ store, key }: Place): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw new Refused(`${key} is no name for an artifact's bytes`);
  return `${store}/${key}`;
}

async function gather(bytes: Readable, { limitBytes, look, signal }: Bounds, room: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    length += part.length;
    if (length > limitBytes) throw new TooLarge(limitBytes);
    if (length > room) throw new Refused("There is no room left for the data.");
    await look?.(part);
    parts.push(part);
  }
  signal?.throwIfAborted();
  return Buffer.concat(parts);
}

function described(it: Buffer): Stored {
  const hash = (name: string) => createHash(name).update(it).digest("hex");
  return { sizeBytes: it.length, md5: hash("md5"), sha1: hash("sha1"), sha256: hash("sha256"), sha512: hash("sha512") };
}

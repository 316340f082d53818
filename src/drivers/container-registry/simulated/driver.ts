import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Gone, Refused } from "#platform/service/driver.ts";
import { Full, type RegistryBytes } from "#services/container-registry/driver.ts";

/** Keeps the registry's bytes in memory, up to a bound. */
export function simulatedRegistry({ roomBytes = 256 * 1024 * 1024 } = {}): RegistryBytes {
  const kept = new Map<string, Buffer>();
  const used = () => [...kept.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    async append(key, at, bytes, { limitBytes }) {
      let it = (kept.get(key) ?? Buffer.alloc(0)).subarray(0, at);
      kept.set(key, it);
      for await (const part of bytes as AsyncIterable<Buffer>) {
        if (it.length + part.length > limitBytes) throw new Refused("The blob is larger than what is allowed.");
        if (used() + part.length > roomBytes) throw new Full();
        it = Buffer.concat([it, part]);
        kept.set(key, it);
      }
      return it.length;
    },
    size: async (key) => kept.get(key)?.length ?? 0,
    async seal(key, size, { sha512 }) {
      const it = (kept.get(key) ?? Buffer.alloc(0)).subarray(0, size);
      kept.set(key, it);
      const hash = (name: string) => createHash(name).update(it).digest("hex");
      return { size: it.length, sha256: hash("sha256"), ...(sha512 && { sha512: hash("sha512") }) };
    },
    async open(key, range) {
      const it = kept.get(key);
      if (!it) throw new Gone(`there are no bytes of ${key}`);
      return Readable.from(range ? it.subarray(range.start, range.end + 1) : it, { objectMode: false });
    },
    async delete(key) {
      kept.delete(key);
    },
    async traces() {
      return [...kept.keys()].map((key) => ({ kind: "registry bytes", subject: key, where: "memory" }));
    },
  };
}

import { createHash, type Hash } from "node:crypto";
import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Trace } from "#platform/service/trace.ts";
import { type ArtifactDriver, type Bounds, type Place, TooLarge } from "#services/artifact/driver.ts";

/** What stores of bytes can do anyway, those of images say: they reckon two of the hashes, outside of this thread. */
export interface ByteStores {
  readonly stores: readonly { readonly id: string; readonly isDefault: boolean }[];
  put(
    at: Place,
    bytes: Readable,
    bounds: Bounds,
  ): Promise<{ readonly sizeBytes: number; readonly md5: string; readonly sha512: string }>;
  open(at: Place, range?: { start: number; end: number }): Promise<Readable>;
  delete(at: Place): Promise<void>;
  traces(): Promise<readonly (Trace & Place)[]>;
}

/** Artifacts' bytes in stores that nobody else keeps anything in. */
export function artifactStores(stores: ByteStores): ArtifactDriver {
  const usual = stores.stores.find(({ isDefault }) => isDefault) ?? stores.stores[0]!;
  return {
    defaultStore: usual.id,
    async put(at, bytes, bounds) {
      const seen = onlooker(bounds);
      const all = { ...bounds, limitBytes: Number.MAX_SAFE_INTEGER, look: seen.look };
      const stored = await stores.put(at, bytes, all).catch(refuse);
      return { ...stored, sha1: seen.sha1.digest("hex"), sha256: seen.sha256.digest("hex") };
    },
    open: (at, range) => stores.open(at, range),
    delete: (at) => stores.delete(at),
    async traces() {
      return (await stores.traces()).map((it) => ({ ...it, kind: it.kind.replace("image", "artifact") }));
    },
  };
}

/** Sees the pieces before the store does: counts and hashes them. */
function onlooker({ limitBytes, look }: Bounds) {
  const [sha1, sha256]: [Hash, Hash] = [createHash("sha1"), createHash("sha256")];
  let sizeBytes = 0;
  return {
    sha1,
    sha256,
    look(piece: Buffer) {
      sizeBytes += piece.length;
      if (sizeBytes > limitBytes) throw new TooLarge(limitBytes);
      sha1.update(piece);
      sha256.update(piece);
      return look?.(piece);
    },
  };
}

/** The store says it in words about images. */
function refuse(why: unknown): never {
  if (!(why instanceof Refused) || why instanceof TooLarge) throw why;
  throw new Refused("There is no room left for the data.");
}

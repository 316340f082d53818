import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import type { Bounds, Stored } from "#services/image/driver.ts";
import { beginHashes, type Hashes } from "./hashes.ts";
import { youngBuffers } from "./young.ts";

/** Called with pieces in their order; a piece is to be used until the promise resolves, and no longer. */
export type Sink = (piece: Buffer, at: number) => Promise<void>;

/** How bytes are cut: memory is what the pieces take, however large the image. */
export interface Cut {
  readonly pieceBytes: number;
  /** How many are in hand at most. */
  readonly pieces: number;
  /** Whether the sink gets one after the other; else some at the same time. */
  readonly inTurn: boolean;
}
const usual: Cut = { pieceBytes: 1024 * 1024, pieces: 8, inTurn: true };

/**
 * Gathers bytes into pieces of a fixed size and hands each to the sink and to both hashes at the same time, while the next one
 * fills. The source is left as it is when this throws.
 */
export async function takeIn(
  bytes: Readable,
  { limitBytes, look, signal }: Bounds,
  sink: Sink,
  cut = usual,
): Promise<Stored> {
  const hashes = beginHashes();
  const passed = youngBuffers();
  const ring = newRing(cut, hashes, sink);
  let sizeBytes = 0;
  try {
    for await (const part of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      sizeBytes += part.length;
      if (sizeBytes > limitBytes) throw new Refused("The image is larger than what is allowed.");
      const looked = look?.(part);
      if (looked) await looked;
      for (let at = 0; at < part.length; ) {
        if (ring.isFull()) await ring.next();
        at = ring.fill(part, at);
      }
      passed(part.length);
    }
    signal?.throwIfAborted();
    await ring.end();
    return { sizeBytes, ...(await hashes.end()) };
  } catch (why) {
    await ring.settled();
    hashes.drop();
    throw why;
  }
}

/** Pieces of shared memory that are filled one after the other, and filled again when nobody reads them any more. */
function newRing({ pieceBytes, pieces, inTurn }: Cut, hashes: Hashes, sink: Sink) {
  const free: Buffer[] = [];
  const busy = new Set<Promise<void>>();
  let made = 0;
  const take = (): Buffer | undefined => {
    if (free.length > 0 || made === pieces) return free.pop();
    made += 1;
    return Buffer.from(new SharedArrayBuffer(pieceBytes) as never);
  };
  let current = take();
  let [used, at] = [0, 0];
  let broken: { why: unknown } | undefined;
  let last = Promise.resolve();

  const fail = (why: unknown) => {
    broken ??= { why };
  };
  function send() {
    const piece = current!.subarray(0, used);
    const whole = current!;
    const [from, before] = [at, inTurn ? last : Promise.resolve()];
    last = before.then(() => (broken ? undefined : sink(piece, from)));
    const work: Promise<void> = Promise.all([hashes.update(piece), last])
      .then(() => void free.push(whole), fail)
      .finally(() => busy.delete(work));
    busy.add(work);
    [at, used, current] = [at + used, 0, undefined];
  }
  return {
    isFull: () => used === pieceBytes || !current,
    async next() {
      if (current) send();
      while (!current) {
        if (broken) throw broken.why;
        current = take();
        if (!current) await Promise.race(busy);
      }
    },
    /** Copies what fits; returns up to where. */
    fill(part: Buffer, from: number): number {
      const copied = part.copy(current!, used, from);
      used += copied;
      return from + copied;
    },
    async end() {
      if (current && used > 0) send();
      while (busy.size > 0) await Promise.race(busy);
      if (broken) throw broken.why;
    },
    async settled() {
      fail(undefined);
      while (busy.size > 0) await Promise.race(busy);
    },
  };
}

import type { Readable } from "node:stream";
import type { Bounds, ImageDriver, Place } from "../driver.ts";
import { Watch } from "../inspect/watch.ts";
import type { Image } from "./image.ts";

/** Bytes that have come in whole, and were looked at. */
export interface Received {
  readonly at: Place;
  readonly size: number;
  /** Null where no guest can have it as a disk. */
  readonly virtualSize: number | null;
  readonly md5: string;
  readonly sha512: string;
  readonly path: string;
}

/** Takes bytes in, hashed and looked at as they pass: throws Unsafe for what must not be kept. `look` sees them too. */
export async function receive(
  driver: ImageDriver,
  { diskFormat, containerFormat }: Pick<Image, "diskFormat" | "containerFormat">,
  at: Place,
  bytes: Readable,
  bounds: Bounds,
): Promise<Received> {
  const watch = containerFormat === "bare" ? new Watch(diskFormat!) : undefined;
  const look = async (piece: Buffer) => {
    watch?.take(piece);
    await bounds.look?.(piece);
  };
  const { sizeBytes: size, md5, sha512 } = await driver.put(at, bytes, { ...bounds, look });
  try {
    return { at, size, virtualSize: watch?.end() ?? null, md5, sha512, path: await driver.locate(at) };
  } catch (why) {
    await driver.delete(at);
    throw why;
  }
}

import type { Readable } from "node:stream";
import type { Bounds, ImageDriver, Place } from "../driver.ts";
import { Watch } from "../inspect/watch.ts";
import type { Image } from "./image.ts";
import { verifierOf } from "./signature.ts";

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

export type Described = Pick<Image, "diskFormat" | "containerFormat" | "properties">;

/**
 * Takes bytes in, hashed and looked at as they pass: throws Unsafe for what must not be kept, BadSignature for what is not what
 * was signed. `look` sees them too.
 */
export async function receive(
  driver: ImageDriver,
  { diskFormat, containerFormat, properties }: Described,
  at: Place,
  bytes: Readable,
  bounds: Bounds,
): Promise<Received> {
  const watch = containerFormat === "bare" ? new Watch(diskFormat!) : undefined;
  const signed = await verifierOf(driver, properties);
  const look = async (piece: Buffer) => {
    watch?.take(piece);
    signed?.take(piece);
    await bounds.look?.(piece);
  };
  const { sizeBytes: size, md5, sha512 } = await driver.put(at, bytes, { ...bounds, look });
  try {
    signed?.end();
    return { at, size, virtualSize: watch?.end() ?? null, md5, sha512, path: await driver.locate(at) };
  } catch (why) {
    await driver.delete(at);
    throw why;
  }
}

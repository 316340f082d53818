import { type FileHandle, open, statfs } from "node:fs/promises";
import type { Readable } from "node:stream";
import { type Bounds, Full, type Stored } from "#services/image/driver.ts";
import { takeIn } from "./take-in.ts";

interface Room extends Bounds {
  readonly keepFreeBytes: number;
}
const block = 64 * 1024;
const zeroes = Buffer.alloc(block);
const syncEvery = 64 * 1024 * 1024;

/** Streams bytes into a new file, durable when it returns. Zeroes are not written: they are holes. */
export async function writeFile(path: string, bytes: Readable, room: Room): Promise<Stored> {
  const file = await open(path, "w", 0o444);
  try {
    let syncing = Promise.resolve();
    let dirty = syncEvery;
    const stored = await takeIn(bytes, room, async (piece, at) => {
      if (dirty >= syncEvery) await requireRoom(path, room.keepFreeBytes + piece.length);
      await writeData(file, piece, at);
      dirty = (dirty % syncEvery) + piece.length;
      if (dirty < syncEvery) return;
      syncing = syncing.then(() => file.datasync());
      syncing.catch(() => {});
    });
    await syncing;
    await file.truncate(stored.sizeBytes);
    await file.sync();
    return stored;
  } finally {
    await file.close();
  }
}

/** Writes the stretches that hold anything but zeroes. */
async function writeData(file: FileHandle, piece: Buffer, at: number) {
  for (let from = 0; from < piece.length; ) {
    if (isZero(piece, from)) {
      from += block;
      continue;
    }
    let to = from + block;
    while (to < piece.length && !isZero(piece, to)) to += block;
    await writeAll(file, piece.subarray(from, to), at + from);
    from = to;
  }
}

function isZero(piece: Buffer, from: number): boolean {
  const end = Math.min(from + block, piece.length);
  return piece.compare(zeroes, 0, end - from, from, end) === 0;
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number) {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

async function requireRoom(path: string, wanted: number) {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < wanted) throw new Full();
}

export function fullOr(why: unknown): unknown {
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((why as NodeJS.ErrnoException)?.code ?? "");
  return full ? new Full() : why;
}

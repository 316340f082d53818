import { type FileHandle, statfs } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Refused } from "#platform/service/driver.ts";
import { Full } from "#services/container-registry/driver.ts";

export interface Writing {
  readonly file: FileHandle;
  /** Where the folder is, whose disk is to have room. */
  readonly dir: string;
  readonly at: number;
  readonly limitBytes: number;
  readonly keepFreeBytes: number;
  /** Sees what was written, in its order. */
  readonly wrote: (part: Buffer) => void;
}
const pieceBytes = 1024 * 1024;
const syncEvery = 64 * 1024 * 1024;

/** Writes what comes in pieces, one while the next one is gathered. The source is left as it is when this throws. */
export async function writeAll(bytes: Readable, it: Writing): Promise<number> {
  const out = newOut(it);
  try {
    for await (const part of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) await out.take(part);
  } finally {
    await out.end();
  }
  return out.end();
}

function newOut({ file, dir, at, limitBytes, keepFreeBytes, wrote }: Writing) {
  let parts: Buffer[] = [];
  let [gathered, begun, synced] = [0, at, at - syncEvery];
  let writing = Promise.resolve();
  let syncing = Promise.resolve();
  const write = async (piece: readonly Buffer[], from: number, length: number) => {
    if (from - synced >= syncEvery) {
      await requireRoom(dir, keepFreeBytes + length);
      synced = from;
      syncing = syncing.then(() => file.datasync());
      syncing.catch(() => {});
    }
    const { bytesWritten } = await file.writev([...piece], from);
    if (bytesWritten < length) await writeRest(file, Buffer.concat(piece).subarray(bytesWritten), from + bytesWritten);
    for (const part of piece) wrote(part);
  };
  const send = async () => {
    const [piece, from, length] = [parts, begun, gathered];
    [parts, gathered, begun] = [[], 0, begun + gathered];
    await writing;
    writing = write(piece, from, length);
    writing.catch(() => {});
  };
  return {
    async take(part: Buffer) {
      if (begun + gathered + part.length > limitBytes) throw new Refused("The blob is larger than what is allowed.");
      parts.push(part);
      gathered += part.length;
      if (gathered >= pieceBytes) await send();
    },
    async end(): Promise<number> {
      if (gathered > 0) await send();
      await writing;
      await syncing;
      return begun;
    },
  };
}

async function writeRest(file: FileHandle, bytes: Buffer, at: number) {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

async function requireRoom(dir: string, wanted: number) {
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < wanted) throw new Full();
}

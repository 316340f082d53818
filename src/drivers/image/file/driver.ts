import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { ImageDriver, Stored } from "#services/image/driver.ts";

export interface FileImages {
  readonly dir: string;
  /** What images leave free on the disk. */
  readonly keepFreeBytes?: number;
}
const chunkBytes = 1024 * 1024;
const part = ".part";

/** Keeps images as files: written beside, made durable, then renamed, so that a name stands for whole bytes. */
export function fileImages({ dir, keepFreeBytes = 256 * 1024 * 1024 }: FileImages): ImageDriver {
  const fileOf = (id: string) => join(dir, plain(id));
  return {
    async put(id, bytes, { limitBytes, signal }) {
      const [file, temporary] = [fileOf(id), fileOf(id) + part];
      await mkdir(dir, { recursive: true, mode: 0o755 });
      try {
        const stored = await write(temporary, bytes, { limitBytes, keepFreeBytes, signal });
        await rename(temporary, file);
        await settle(dir);
        return stored;
      } catch (why) {
        await rm(temporary, { force: true });
        throw noRoom(why);
      }
    },
    async open(id, range) {
      await requireFile(fileOf(id));
      return createReadStream(fileOf(id), { ...range, highWaterMark: chunkBytes });
    },
    async delete(id) {
      await rm(fileOf(id), { force: true });
      await rm(fileOf(id) + part, { force: true });
    },
    async locate(id) {
      await requireFile(fileOf(id));
      return fileOf(id);
    },
    async traces() {
      return (await listed(dir)).map((name) => ({
        kind: name.endsWith(part) ? "partial image file" : "image file",
        subject: name.replace(/\.part$/, ""),
        where: join(dir, name),
      }));
    },
  };
}

function plain(id: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(id)) throw new Refused(`${id} is no name for an image file`);
  return id;
}

interface Bounds {
  readonly limitBytes: number;
  readonly keepFreeBytes: number;
  readonly signal?: AbortSignal;
}

/** One pass: written and hashed chunk by chunk, durable when it returns. */
async function write(path: string, bytes: Readable, { limitBytes, keepFreeBytes, signal }: Bounds): Promise<Stored> {
  const file = await open(path, "w", 0o444);
  const [md5, sha512] = [createHash("md5"), createHash("sha512")];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks(bytes)) {
      signal?.throwIfAborted();
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) throw new Refused("The image is larger than what is allowed.");
      if (sizeBytes % (64 * chunkBytes) <= chunk.length) await requireRoom(path, keepFreeBytes + chunk.length);
      md5.update(chunk);
      sha512.update(chunk);
      await writeAll(file, chunk);
    }
    signal?.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, md5: md5.digest("hex"), sha512: sha512.digest("hex") };
}

/** Bytes in pieces of about a mebibyte, whatever pieces they come in. */
async function* chunks(bytes: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes as AsyncIterable<Buffer>) {
    parts.push(piece);
    length += piece.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length) yield Buffer.concat(parts);
}

async function writeAll(file: FileHandle, chunk: Buffer) {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
}

async function requireRoom(path: string, wanted: number) {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < wanted) throw new Refused("Image storage media is full: there is no room left for the image.");
}

/** Makes the directory's names durable. */
async function settle(dir: string) {
  const handle = await open(dir);
  await handle.sync().finally(() => handle.close());
}

function noRoom(why: unknown): unknown {
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((why as NodeJS.ErrnoException)?.code ?? "");
  return full ? new Refused("Image storage media is full: there is no room left for the image.") : why;
}

async function requireFile(path: string) {
  await stat(path).catch(() => {
    throw new Gone(`there is no file ${path}`);
  });
}

async function listed(dir: string): Promise<string[]> {
  return readdir(dir).catch((why: NodeJS.ErrnoException) => {
    if (why.code === "ENOENT") return [];
    throw why;
  });
}

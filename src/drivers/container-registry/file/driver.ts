import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileBytes } from "#platform/http/file-bytes.ts";
import { Gone, Refused } from "#platform/service/driver.ts";
import { type Bounds, beatEvery, Full, type RegistryBytes } from "#services/container-registry/driver.ts";
import { writeAll } from "./write.ts";

export interface FileRegistry {
  readonly dir: string;
  /** What the registry leaves free on the disk. */
  readonly keepFreeBytes?: number;
}
/** What was hashed of a file while it came in. */
interface Known {
  readonly sha256: Hash;
  size: number;
}
const readBytes = 512 * 1024;
/** How many uploads are hashed as they come; those of more are read once more at their end. */
const mostKnown = 1000;

/** Keeps the registry's bytes as files, each under its key. */
export function fileRegistry({ dir, keepFreeBytes = 256 * 1024 * 1024 }: FileRegistry): RegistryBytes {
  const fileOf = (key: string) => join(dir, plain(key));
  const coming = new Map<string, Known>();
  const begin = (key: string, at: number): Known | undefined => {
    const known = at === 0 ? { sha256: createHash("sha256"), size: 0 } : coming.get(key);
    coming.delete(key);
    if (known?.size !== at) return undefined;
    coming.set(key, known);
    if (coming.size > mostKnown) coming.delete(coming.keys().next().value!);
    return known;
  };
  return {
    async append(key, at, bytes, bounds) {
      await mkdir(dir, { recursive: true, mode: 0o755 });
      const file = await open(fileOf(key), at === 0 ? "w+" : "r+", 0o600);
      const known = begin(key, at);
      const wrote = (part: Buffer) => {
        known?.sha256.update(part);
        if (known) known.size += part.length;
      };
      try {
        await file.truncate(at);
        const { limitBytes } = bounds;
        return await beating(bounds, () => writeAll(bytes, { file, dir, at, limitBytes, keepFreeBytes, wrote }));
      } catch (why) {
        throw fullOr(why);
      } finally {
        await file.close();
      }
    },
    size: (key) => sizeOf(fileOf(key)).catch(none),
    async seal(key, size, { sha512 }) {
      await mkdir(dir, { recursive: true, mode: 0o755 });
      const file = await open(fileOf(key), size === 0 ? "w+" : "r+", 0o600);
      try {
        if ((await file.stat()).size < size) throw new Gone(`${key} has less than ${size} bytes`);
        await file.truncate(size);
        await file.sync();
      } finally {
        await file.close();
      }
      await settle(dir);
      const known = coming.get(key);
      coming.delete(key);
      const whole = known?.size === size ? known.sha256.copy().digest("hex") : undefined;
      if (whole && !sha512) return { size, sha256: whole };
      const names = sha512 ? ["sha256", "sha512"] : ["sha256"];
      return { size, ...(await hashesOf(fileOf(key), names)) } as Awaited<ReturnType<RegistryBytes["seal"]>>;
    },
    async open(key, range) {
      const size = await sizeOf(fileOf(key));
      const { start, end } = range ?? { start: 0, end: size - 1 };
      return FileBytes.open({ path: fileOf(key), from: start, to: Math.min(end + 1, size) });
    },
    async delete(key) {
      coming.delete(key);
      await rm(fileOf(key), { force: true });
    },
    async traces() {
      const names = await readdir(dir).catch((why: NodeJS.ErrnoException) => {
        if (why.code === "ENOENT") return [];
        throw why;
      });
      return names.map((key) => ({ kind: "registry file", subject: key, where: join(dir, key) }));
    },
  };
}

/** A key is a name in a directory, and never a way out of it. */
function plain(key: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw new Refused(`${key} is no name for a blob's bytes`);
  return key;
}

async function beating<T>({ beat }: Bounds, work: () => Promise<T>): Promise<T> {
  const timer = beat && setInterval(() => beat().catch(() => {}), beatEvery);
  return work().finally(() => clearInterval(timer));
}

async function hashesOf(path: string, names: readonly string[]): Promise<Record<string, string>> {
  const hashes = names.map((name) => createHash(name));
  for await (const part of createReadStream(path, { highWaterMark: readBytes }))
    for (const hash of hashes) hash.update(part as Buffer);
  return Object.fromEntries(names.map((name, at) => [name, hashes[at]!.digest("hex")]));
}

/** Makes the directory's names durable. */
async function settle(dir: string) {
  const handle = await open(dir);
  await handle.sync().finally(() => handle.close());
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((why: NodeJS.ErrnoException) => {
    throw why.code === "ENOENT" ? new Gone(`there is no file ${path}`) : why;
  });
  return found.size;
}

function none(why: unknown): number {
  if (why instanceof Gone) return 0;
  throw why;
}

function fullOr(why: unknown): unknown {
  if ((why as NodeJS.ErrnoException)?.code === "ENOENT") return new Gone("the upload's bytes are no more there");
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((why as NodeJS.ErrnoException)?.code ?? "");
  return full ? new Full() : why;
}

import { constants, copyFile, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileBytes } from "#platform/http/file-bytes.ts";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { Store } from "#services/image/driver.ts";
import { fullOr, writeFile } from "./file-write.ts";
import type { ByteStore } from "./store.ts";

export interface FileStore {
  readonly about: Store;
  readonly dir: string;
  /** What images leave free on the disk. */
  readonly keepFreeBytes: number;
}
const part = ".part";

export interface FileByteStore extends ByteStore {
  /** A new file by whoever can write one at a path. */
  make<T>(key: string, write: (path: string) => Promise<T>): Promise<T>;
}

/** Keeps images as files: written beside, made durable, then renamed, so that a name stands for whole bytes. */
export function fileStore({ about, dir, keepFreeBytes }: FileStore): FileByteStore {
  const fileOf = (key: string) => join(dir, plain(key));
  const beside = async <T>(key: string, write: (path: string) => Promise<T>): Promise<T> => {
    const [file, temporary] = [fileOf(key), fileOf(key) + part];
    await mkdir(dir, { recursive: true, mode: 0o755 });
    try {
      const done = await write(temporary);
      await rename(temporary, file);
      await settle(dir);
      return done;
    } catch (why) {
      await rm(temporary, { force: true });
      throw fullOr(why);
    }
  };
  return {
    about,
    make: beside,
    put: (key, bytes, bounds) => beside(key, (path) => writeFile(path, bytes, { ...bounds, keepFreeBytes })),
    async open(key, range) {
      const size = await sizeOf(fileOf(key));
      const { start, end } = range ?? { start: 0, end: size - 1 };
      return FileBytes.open({ path: fileOf(key), from: start, to: Math.min(end + 1, size) });
    },
    size: (key) => sizeOf(fileOf(key)),
    async delete(key) {
      await rm(fileOf(key), { force: true });
      await rm(fileOf(key) + part, { force: true });
    },
    async locate(key) {
      await sizeOf(fileOf(key));
      return fileOf(key);
    },
    keyOf: (path) => (dirname(path) === dir ? basename(path) : undefined),
    async adopt(key, path, how) {
      const linked = await beside(key, async (to) => {
        await rm(to, { force: true });
        await (how === "link" ? link(path, to) : cloneFile(path, to));
      }).then(
        () => true,
        (why) => {
          if (["EXDEV", "EMLINK", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "ENOSYS"].includes(why.code))
            return false;
          throw why.code === "ENOENT" ? new Gone(`there is no file ${path}`) : why;
        },
      );
      return linked;
    },
    async traces() {
      const names = (await readdir(dir, { withFileTypes: true }).catch(none)).filter((it) => it.isFile());
      return names.map(({ name }) => ({
        kind: name.endsWith(part) ? "partial image file" : "image file",
        subject: name.replace(/\.part$/, ""),
        key: name.replace(/\.part$/, ""),
        where: join(dir, name),
      }));
    },
  };
}

/** A key is a name in a directory, and never a way out of it. */
export function plain(key: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw new Refused(`${key} is no name for an image's bytes`);
  return key;
}

/** Makes the directory's names durable. */
async function settle(dir: string) {
  const handle = await open(dir);
  await handle.sync().finally(() => handle.close());
}

async function cloneFile(from: string, to: string) {
  await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  const file = await open(to, "r");
  await file.sync().finally(() => file.close());
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((why: NodeJS.ErrnoException) => {
    throw why.code === "ENOENT" ? new Gone(`there is no file ${path}`) : why;
  });
  return found.size;
}

function none(why: NodeJS.ErrnoException): [] {
  if (why.code === "ENOENT") return [];
  throw why;
}

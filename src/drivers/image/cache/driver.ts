import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Gone, Refused } from "#platform/service/driver.ts";
import type { Bounds, Cache, ImageDriver, Place } from "#services/image/driver.ts";

export interface CacheOptions {
  readonly dir: string;
  readonly limitBytes?: number;
}
const part = ".part";

/** Copies of a driver's images as files near at hand; what is such a file already gets another name, and no other bytes. */
export function imageCache(driver: ImageDriver, { dir, limitBytes = 10 * 2 ** 30 }: CacheOptions): Cache {
  const fileOf = (id: string) => join(dir, plain(id));
  return {
    limitBytes,
    async fetch(id, from, bounds) {
      const [file, temporary] = [fileOf(id), fileOf(id) + part];
      await mkdir(dir, { recursive: true, mode: 0o755 });
      await rm(temporary, { force: true });
      try {
        await bring(driver, from, temporary, bounds);
        await rename(temporary, file);
        return (await stat(file)).size;
      } catch (why) {
        await rm(temporary, { force: true });
        throw why;
      }
    },
    async open(id, range) {
      await stat(fileOf(id)).catch(() => {
        throw new Gone(`${id} is not near at hand`);
      });
      return createReadStream(fileOf(id), { ...range, highWaterMark: 1024 * 1024 });
    },
    async drop(id) {
      for (const file of [fileOf(id), fileOf(id) + part]) await rm(file, { force: true });
    },
    async list() {
      const names = await readdir(dir).catch(() => []);
      return [...new Set(names.map((name) => name.replace(/\.part$/, "")))];
    },
  };
}

function plain(id: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(id)) throw new Refused(`${id} is no name for an image file`);
  return id;
}

async function bring(driver: ImageDriver, from: Place, to: string, { signal }: Bounds) {
  const path = await driver.locate(from);
  if (path.startsWith("/") && (await linked(path, to))) return;
  await pipeline(await driver.open(from), createWriteStream(to, { mode: 0o444 }), { signal });
}

/** False where the file is on another file system, or may not be linked to. */
async function linked(path: string, to: string): Promise<boolean> {
  return link(path, to).then(
    () => true,
    () => false,
  );
}

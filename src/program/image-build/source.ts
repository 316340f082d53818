import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

/** A file or a folder beside the recipe, as it goes into an image. */
export interface Source {
  readonly place: string;
  /** Changes with every name, mode and byte of it. */
  readonly hash: string;
}

/** Knows a source; refuses one that lies outside of the recipe's folder, and what is neither file, folder nor link. */
export async function hashSource(folder: string, source: string): Promise<Source> {
  const place = resolve(folder, source);
  const real = await realpath(place).catch(() => {
    throw new Error(`there is no ${place}`);
  });
  if (isOutside(await realpath(folder), real))
    throw new Error(`${source} lies outside of the recipe's folder, ${folder}`);
  const hash = createHash("sha256");
  for (const name of await namesIn(real)) hash.update(await stamp(real, name));
  return { place: real, hash: hash.digest("hex") };
}

/** Copies it. Links stay what they are: nothing that they lead to is read. */
export function copySource({ place }: Source, to: string): Promise<void> {
  return cp(place, to, { recursive: true, verbatimSymlinks: true, force: true, preserveTimestamps: true });
}

export function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith("../");
}

async function namesIn(place: string): Promise<string[]> {
  if (!(await lstat(place)).isDirectory()) return [""];
  return ["", ...(await readdir(place, { recursive: true }))].sort();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const spoilt = /[\u0000-\u001f\u007f"\\]/;

async function stamp(place: string, name: string): Promise<string> {
  const path = join(place, name);
  const it = await lstat(path);
  if (spoilt.test(name))
    throw new Error(`${JSON.stringify(name)}: no control characters, quotes and backslashes in names`);
  const mode = (it.mode & 0o7777).toString(8);
  if (it.isSymbolicLink()) return JSON.stringify([name, "link", await readlink(path)]);
  if (it.isDirectory()) return JSON.stringify([name, "folder", mode]);
  if (it.isFile()) return JSON.stringify([name, "file", mode, await hashFile(path)]);
  throw new Error(`${path} is neither a file nor a folder nor a link`);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest("hex");
}

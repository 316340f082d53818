import { chmod, lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KnownRecipe } from "./recipe.ts";
import { copySource } from "./source.ts";

/** Lays the recipe's files out below a folder as they lie in the image, with what runs at the first boot. */
export async function layOut(recipe: KnownRecipe, folder: string): Promise<void> {
  const { files = [], first_boot: commands = [], sources, base } = recipe;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { path, content, source, mode } of files) {
    const at = join(folder, path);
    await refuseLinks(folder, path);
    await mkdir(dirname(at), { recursive: true });
    if (source) await copySource(sources.get(source)!, at);
    else await writeFile(at, content!);
    if (mode || !source) await chmod(at, Number.parseInt(mode ?? "0644", 8));
  }
  const first = base === "mini" ? "/etc/first-boot" : "/var/lib/cloud/scripts/per-once/00-first-boot";
  if (commands.length === 0) return;
  await refuseLinks(folder, first);
  await mkdir(dirname(join(folder, first)), { recursive: true });
  await writeScript(join(folder, first), commands);
}

/** A script that stops at the first command that fails. It says its commands as they are written: no secret that they expand to. */
export async function writeScript(path: string, commands: readonly string[]): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, `${["#!/bin/sh", "set -ev", ...commands].join("\n")}\n`, { mode: 0o755 });
}

/** A link that one source brings must not lead another file out of the folder. */
async function refuseLinks(folder: string, path: string): Promise<void> {
  let at = folder;
  for (const part of path.split("/").filter(Boolean)) {
    at = join(at, part);
    const it = await lstat(at).catch(() => undefined);
    if (it?.isSymbolicLink())
      throw new Error(
        `files: ${path} leads through ${at.slice(folder.length)}, which is a link in another file's source`,
      );
  }
}

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, cp, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { KnownRecipe } from "./recipe.ts";

/** One stage: what it is called, where its result is, and the command that makes it there. */
export interface Stage {
  readonly name: string;
  readonly result: string;
  /** Whether a result that is there already is good: it is named by all that went into it. */
  readonly keep: boolean;
  make(log: (text: string) => void): Promise<void>;
}

const script = (path: string) => fileURLToPath(new URL(`../../../images/${path}`, import.meta.url));
const usual = { release: "bookworm", mirror: "http://deb.debian.org/debian", size: "2G", format: "qcow2" as const };

/** The stages of a recipe's image, in their order; the last one's result is the image. `room`: where all of it lies. */
export function stagesOf(recipe: KnownRecipe, room: string): readonly Stage[] {
  return recipe.base === "mini" ? miniStages(recipe, room) : debianStages(recipe, room);
}

function debianStages(recipe: KnownRecipe, room: string): readonly Stage[] {
  const { release = usual.release, mirror = usual.mirror, packages = [], size = usual.size } = recipe;
  const cache = join(room, "cache");
  const baseTar = join(cache, `base-${digest([release, mirror])}.tar`);
  const packed = packages.length > 0 ? join(cache, `packages-${digest([release, mirror, ...packages])}.tar`) : baseTar;
  const work = join(room, recipe.digest);
  const [tree, extra, build, disk] = ["tree", "extra", "build", "disk.raw"].map((name) => join(work, name)) as [
    string,
    string,
    string,
    string,
  ];
  const label = `crunch-${recipe.digest.slice(0, 8)}`;
  const stage = script("debian/stage");
  return [
    { name: "base", result: baseTar, keep: true, make: (log) => run([stage, "base", baseTar, release, mirror], log) },
    ...(packages.length > 0
      ? [
          {
            name: "packages",
            result: packed,
            keep: true,
            make: run.bind(null, [stage, "packages", baseTar, packed, ...packages]),
          },
        ]
      : []),
    {
      name: "files and commands",
      result: tree,
      keep: false,
      make: async (log) => {
        await layOut(recipe, extra);
        await put(build, ["#!/bin/sh", "set -ex", ...(recipe.run ?? [])].join("\n"), 0o700);
        await run([stage, "tree", packed, tree, extra, build], log);
      },
    },
    {
      name: "disk",
      result: disk,
      keep: false,
      make: (log) => run([stage, "disk", tree, disk, String(mebibytes(size)), label], log),
    },
    image(recipe, room, disk),
  ];
}

function miniStages(recipe: KnownRecipe, room: string): readonly Stage[] {
  const work = join(room, recipe.digest);
  const [extra, small] = [join(work, "extra"), join(work, "mini.qcow2")];
  return [
    {
      name: "files",
      result: extra,
      keep: false,
      make: () => layOut(recipe, extra),
    },
    {
      name: "disk",
      result: small,
      keep: false,
      make: (log) => run([script("mini/build"), small, join(room, "cache", "mini"), extra], log),
    },
    image(recipe, room, small),
  ];
}

/** The image as it is uploaded, under a name that says what went into it. */
function image({ digest: of, format = usual.format }: KnownRecipe, room: string, disk: string): Stage {
  const result = join(room, `${of}.${format}`);
  const how = format === "qcow2" ? ["-c", "-O", "qcow2"] : ["-O", "raw"];
  return {
    name: "image",
    result,
    keep: true,
    make: async (log) => {
      await run(["qemu-img", "convert", ...how, disk, `${result}.new`], log);
      await rename(`${result}.new`, result);
    },
  };
}

/** The recipe's files, as they lie in the image; and what runs at the first boot. */
async function layOut(
  { files = [], first_boot: commands = [], folder, base }: KnownRecipe,
  extra: string,
): Promise<void> {
  await rm(extra, { recursive: true, force: true });
  await mkdir(extra, { recursive: true, mode: 0o755 });
  for (const { path, content, source, mode } of files) {
    const at = join(extra, path);
    if (relative(extra, at).startsWith("..")) throw new Error(`${path} leads out of the image`);
    await mkdir(dirname(at), { recursive: true });
    if (source) await cp(resolve(folder, source), at, { recursive: true });
    else await writeFile(at, content!);
    if (mode || !source) await chmod(at, Number.parseInt(mode ?? "0644", 8));
  }
  const first = base === "mini" ? "/etc/first-boot" : "/var/lib/cloud/scripts/per-once/00-first-boot";
  if (commands.length > 0) await put(join(extra, first), ["#!/bin/sh", "set -ex", ...commands].join("\n"), 0o755);
}

async function put(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${text}\n`, { mode });
  await chmod(path, mode);
}

/** Runs a command; every line that it says goes to the log. */
async function run(command: readonly string[], log: (text: string) => void): Promise<void> {
  const [name, ...args] = command as [string, ...string[]];
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", log);
  const code = await new Promise((then, fail) => child.once("error", fail).once("close", then));
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
}

/** Opens a stage's log: what it says is kept whole, and its last lines are at hand. */
export function openLog(path: string) {
  const stream = createWriteStream(path, { flags: "a", mode: 0o644 });
  let last = "";
  return {
    say: (text: string) => {
      stream.write(text);
      last = (last + text).slice(-1500);
    },
    last: () => last.trim().split("\n").slice(-12).join("\n"),
    end: () => new Promise<void>((then) => stream.end(then)),
  };
}

export const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function mebibytes(size: string): number {
  return Number.parseInt(size, 10) * (size.endsWith("G") ? 1024 : 1);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

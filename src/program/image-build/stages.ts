import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Run } from "./command.ts";
import { layOut, writeScript } from "./layout.ts";
import { digest, type KnownRecipe, mebibytes } from "./recipe.ts";
import { hashSource } from "./source.ts";

/** One stage of an image. */
export interface Stage {
  readonly name: string;
  /** The name of its result: it changes with everything that goes into it, and with what went into the stages before. */
  readonly result: string;
  /** Of a result that is only on the way to the image, nothing is kept once the image is there. */
  readonly passing?: boolean;
  /** Makes the result at a place in the folder of what is half done. */
  make(to: string, hands: Hands): Promise<void>;
}
export interface Hands {
  readonly run: Run;
  /** Results of stages. */
  readonly cache: string;
  readonly work: string;
}

export const usual = {
  release: "bookworm",
  mirror: "http://deb.debian.org/debian",
  size: "2G",
  format: "qcow2" as const,
};
const usualSecurity = "http://deb.debian.org/debian-security";
export const passing = /^(files|tree|disk)-/;
/** Where the programs of the stages are. */
export const programs = fileURLToPath(new URL("../../../images/", import.meta.url));

/** The stages of a recipe's image, in their order; the last one's result is the image. */
export function stagesOf(recipe: KnownRecipe, home = programs): Promise<readonly Stage[]> {
  return recipe.base === "mini" ? miniStages(recipe, home) : debianStages(recipe, home);
}

async function debianStages(recipe: KnownRecipe, home: string): Promise<readonly Stage[]> {
  const {
    release = usual.release,
    mirror = usual.mirror,
    packages = [],
    size = usual.size,
    run: commands = [],
  } = recipe;
  const { security = mirror === usual.mirror ? usualSecurity : "" } = recipe;
  const program = join(home, "debian/stage");
  const of = chain(await readFile(program, "utf8"));
  const base: Stage = {
    name: "base",
    result: `base-${of(release, mirror, security)}.tar`,
    make: (to, { run }) => run([program, "base", to, release, mirror, security]),
  };
  const packed: Stage = {
    name: "packages",
    result: `packages-${of(packages)}.tar`,
    make: (to, { run, cache }) => run([program, "packages", join(cache, base.result), to, ...packages]),
  };
  const before = packages.length > 0 ? [base, packed] : [base];
  const tree: Stage = {
    name: "files and commands",
    result: `tree-${of(filesOf(recipe), commands)}`,
    passing: true,
    make: async (to, { run, cache, work }) => {
      const [extra, script] = [join(work, "extra"), join(work, "run")];
      await layOut(recipe, extra);
      await writeScript(script, commands);
      await run([program, "tree", join(cache, before.at(-1)!.result), to, extra, script]);
    },
  };
  const key = of(size);
  const disk: Stage = {
    name: "disk",
    result: `disk-${key}.raw`,
    passing: true,
    make: (to, { run, cache }) =>
      run([program, "disk", join(cache, tree.result), to, String(mebibytes(size)), `crunch-${key.slice(0, 8)}`]),
  };
  return [...before, tree, disk, image(recipe, disk, of)];
}

async function miniStages(recipe: KnownRecipe, home: string): Promise<readonly Stage[]> {
  const of = chain((await hashSource(home, "mini")).hash);
  const files: Stage = {
    name: "files",
    result: `files-${of(filesOf(recipe))}`,
    passing: true,
    make: (to) => layOut(recipe, to),
  };
  const disk: Stage = {
    name: "disk",
    result: `disk-${of()}.qcow2`,
    passing: true,
    make: (to, { run, cache }) => run([join(home, "mini/build"), to, join(cache, "mini"), join(cache, files.result)]),
  };
  return [files, disk, image(recipe, disk, of)];
}

/** The image as it is uploaded. */
function image({ name, format = usual.format }: KnownRecipe, disk: Stage, of: Chain): Stage {
  const how = format === "qcow2" ? ["-c", "-O", "qcow2"] : ["-O", "raw"];
  return {
    name: "image",
    result: `${name}-${of(format)}.${format}`,
    make: (to, { run, cache }) => run(["qemu-img", "convert", ...how, join(cache, disk.result), to]),
  };
}

function filesOf({ files = [], first_boot: commands = [], sources }: KnownRecipe): unknown {
  return [files.map((it) => [it, it.source && sources.get(it.source)!.hash]), commands];
}

type Chain = (...parts: readonly unknown[]) => string;

/** Names each stage by its own parts and by all that came before. */
function chain(beginning: string): Chain {
  let last = beginning;
  return (...parts) => {
    last = digest(last, ...parts);
    return last;
  };
}

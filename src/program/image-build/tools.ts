import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Recipe } from "./recipe.ts";

/** The programs that each base is built with, by the Debian packages that have them. */
const wanted: Readonly<Record<Recipe["base"], Readonly<Record<string, readonly string[]>>>> = {
  debian: {
    debootstrap: ["debootstrap"],
    "debian-archive-keyring": ["/usr/share/keyrings/debian-archive-keyring.gpg"],
    bubblewrap: ["bwrap"],
    e2fsprogs: ["mke2fs"],
    fdisk: ["sfdisk"],
    "qemu-utils": ["qemu-img"],
  },
  mini: {
    cpio: ["cpio"],
    kmod: ["depmod"],
    e2fsprogs: ["mke2fs", "debugfs"],
    fdisk: ["sfdisk"],
    "qemu-utils": ["qemu-img"],
  },
};

/** Refuses, before anything is begun, what cannot be built here; says what to install. */
export async function requireTools({ base }: Pick<Recipe, "base">): Promise<void> {
  if (base === "debian" && process.getuid?.() !== 0)
    throw new Error("only root can build a Debian image (base: mini needs no root)");
  const missing: string[] = [];
  for (const [name, files] of Object.entries(wanted[base]))
    if (!(await Promise.all(files.map(isHere))).every(Boolean)) missing.push(name);
  if (missing.length > 0)
    throw new Error(`this host lacks what builds a ${base} image. Run: apt-get install ${missing.join(" ")}`);
}

async function isHere(program: string): Promise<boolean> {
  const folders = program.startsWith("/") ? [""] : [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

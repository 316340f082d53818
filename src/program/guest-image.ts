import { spawn } from "node:child_process";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "#platform/config/config.ts";

/** The small bootable image: built from Debian's packages, or for a simulated cloud a disk with nothing on it. */
export async function guestImage({ state, simulated }: Config, say: (text: string) => void) {
  const dir = join(state, "build");
  await mkdir(dir, { recursive: true });
  return simulated ? emptyDisk(dir) : miniImage(dir, say);
}

async function emptyDisk(dir: string) {
  const path = join(dir, "empty.raw");
  await writeFile(path, Buffer.alloc(1024 * 1024));
  return { path, format: "raw" };
}

async function miniImage(dir: string, say: (text: string) => void) {
  const path = join(dir, "mini.qcow2");
  if (await stat(path).catch(() => undefined)) return { path, format: "qcow2" };
  say("building a small guest image from Debian's packages");
  const script = fileURLToPath(new URL("../../images/mini/build", import.meta.url));
  const child = spawn(script, [path, join(dir, "cache")], { stdio: ["ignore", "pipe", "pipe"] });
  let last = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      last = `${last}${text}`.slice(-2000);
    });
  const code = await new Promise((then, fail) => child.once("error", fail).once("exit", then));
  if (code !== 0) throw new Error(`the guest image could not be built:\n${last}`);
  say("guest image built");
  return { path, format: "qcow2" };
}

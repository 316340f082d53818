import { chmod, chown, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { FileBytes } from "#platform/http/file-bytes.ts";
import { Refused } from "#platform/service/driver.ts";
import type { Conversion, Progress, Stored } from "#services/image/driver.ts";
import { confine, ended, sandboxUser } from "./sandbox.ts";
import { takeIn } from "./take-in.ts";

/** What qemu-img calls the formats of images. */
const drivers: Readonly<Record<string, string>> = {
  raw: "raw",
  iso: "raw",
  ami: "raw",
  aki: "raw",
  ari: "raw",
  qcow2: "qcow2",
  vmdk: "vmdk",
  vdi: "vdi",
  vhd: "vpc",
  vhdx: "vhdx",
  ploop: "parallels",
};
/** What a qcow2 file needs beside the data: tables, and the header. */
const tables = (bytes: number) => Math.ceil(bytes / 512) + 8 * 2 ** 20;

/** Converts a file into a new one, which the sandboxed process alone can write until it is done. */
export async function convertFile(from: string, to: string, subject: string, it: Conversion): Promise<Stored> {
  const driver = drivers[it.format];
  if (!driver) throw new Refused(`Images of format ${it.format} cannot be converted.`);
  if (it.virtualBytes > it.limitBytes) throw new Refused("The image is larger than what is allowed.");
  await makeFor(to, subject);
  const fileBytes = it.virtualBytes + tables(it.virtualBytes);
  const box = { subject, input: from, output: to, fileBytes, signal: it.signal };
  const child = confine(box, "qemu-img", ["convert", "-p", "-O", it.to, sourceOf(driver), "/out"]);
  follow(child.stdout!, it.progress);
  await ended(child, it.signal);
  return seal(to, it);
}

/** Named with its format, so that nothing is guessed, and with no other file behind it. */
function sourceOf(driver: string): string {
  const file = { driver: "file", filename: "/in", locking: "off", "auto-read-only": true };
  const alone = driver === "qcow2" || driver === "vmdk" ? { backing: null } : {};
  return `json:${JSON.stringify({ driver, ...alone, "read-only": true, file })}`;
}

async function makeFor(path: string, subject: string) {
  const file = await open(path, "w", 0o600);
  await file.close();
  const user = sandboxUser(subject);
  if (user) await chown(path, user.uid, user.gid);
}

/** "    (12.34/100%)", again and again on one line. */
function follow(said: Readable, progress: Progress | undefined) {
  let last = -1;
  said.setEncoding("utf8").on("data", (text: string) => {
    const percent = Math.floor(Number(text.match(/\((\d+(?:\.\d+)?)\/100%\)(?!.*\/100%)/s)?.[1] ?? -1));
    if (percent <= last) return;
    last = percent;
    progress?.(percent);
  });
}

/** Takes the file back, makes it durable and reckons its hashes. */
async function seal(path: string, { limitBytes, signal }: Conversion): Promise<Stored> {
  const file = await open(path, "r+");
  try {
    if (sandboxUser("")) await chown(path, 0, 0);
    await chmod(path, 0o444);
    await file.sync();
    const { size } = await file.stat();
    const bytes = await FileBytes.open({ path, from: 0, to: size });
    return await takeIn(bytes, { limitBytes: limitBytes + tables(limitBytes), signal }, async () => {}).finally(() =>
      bytes.destroy(),
    );
  } finally {
    await file.close();
  }
}

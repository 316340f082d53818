import { open } from "node:fs/promises";
import { Refused } from "#platform/service/driver.ts";
import type { GuestUser } from "../guest-user.ts";
import { qemuImg } from "./tools.ts";

/** The formats of images, and what qemu-img calls them. */
const drivers: Readonly<Record<string, string>> = {
  raw: "raw",
  iso: "raw",
  ami: "raw",
  qcow2: "qcow2",
  vmdk: "vmdk",
  vdi: "vdi",
  vhd: "vpc",
  vhdx: "vhdx",
};

/**
 * What qemu-img is to call an image of a declared format. Refuses images that name other files: those would be read with
 * the right of this host.
 */
export async function requireSelfContained(path: string, format: string): Promise<string> {
  const driver = drivers[format];
  if (!driver) throw new Refused(`Images of format ${format} cannot be made into volumes.`);
  const head = await readHead(path);
  const why = driver === "qcow2" ? strangeQcow2(head) : driver === "vmdk" ? strangeVmdk(head) : undefined;
  if (why) throw new Refused(`The image is unacceptable: ${why}.`);
  return driver;
}

/** The same, of an image that has room in so large a volume. */
export async function requireFit(
  user: GuestUser,
  { path, format }: { path: string; format: string },
  gib: number,
  signal?: AbortSignal,
): Promise<string> {
  const driver = await requireSelfContained(path, format);
  const info = JSON.parse(await qemuImg(user, ["info", "-f", driver, "--output=json", path], signal));
  requireRoom(Number(info["virtual-size"]), gib);
  return driver;
}

export function requireRoom(bytes: number, gib: number): void {
  const needs = Math.ceil(bytes / 2 ** 30);
  if (needs > gib) throw new Refused(`Image virtual size is ${needs}GB and doesn't fit in a volume of size ${gib}GB.`);
}

const headBytes = 64 * 1024;

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function strangeQcow2(head: Buffer): string | undefined {
  if (head.length < 104 || head.readUInt32BE(0) !== 0x514649fb) return "it is not qcow2";
  if (head.readBigUInt64BE(8) !== 0n) return "it has a backing file";
  if (head.readUInt32BE(32) !== 0) return "it is encrypted";
  const dataFile = 4n;
  if (head.readUInt32BE(4) >= 3 && (head.readBigUInt64BE(72) & dataFile) !== 0n) return "it has an external data file";
}

/** Only the kinds of one file: the others name their extents. */
function strangeVmdk(head: Buffer): string | undefined {
  if (head.toString("latin1", 0, 4) !== "KDMV" || head.readBigUInt64LE(12) === 0n) return "it is no vmdk of one file";
  const kind = /createType="([^"]*)"/.exec(head.toString("latin1"))?.[1];
  return kind === "monolithicSparse" || kind === "streamOptimized" ? undefined : `it is a vmdk of kind ${kind}`;
}

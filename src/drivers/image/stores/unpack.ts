import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Refused } from "#platform/service/driver.ts";
import type { Bounds, Stored } from "#services/image/driver.ts";
import { confine, ended, stopConfined } from "./sandbox.ts";

/** What an appliance may call its disks, and what these are then. */
const formats: Readonly<Record<string, string>> = {
  vmdk: "vmdk",
  vhd: "vhd",
  vhdx: "vhdx",
  vdi: "vdi",
  qcow2: "qcow2",
  img: "raw",
  raw: "raw",
};
const descriptorBytes = 4 * 2 ** 20;

/** Takes the one disk out of an appliance (a tar file with a descriptor, which names the disk), as a stream. */
export async function unpackDisk(
  path: string,
  subject: string,
  bounds: Bounds,
  put: (bytes: Readable, bounds: Bounds) => Promise<Stored>,
): Promise<Stored & { format: string }> {
  const box = { subject, input: path, fileBytes: 0, signal: bounds.signal };
  const tar = (...args: string[]) => confine(box, "tar", ["--file=/in", "--quoting-style=escape", ...args]);
  const names = (await all(tar("--list"), bounds)).split("\n").filter(Boolean);
  const descriptor = names.filter((name) => /^[\w. -]+\.ovf$/i.test(name));
  if (descriptor.length !== 1) throw new Refused("The appliance has no descriptor, or more than one.");
  const said = await all(tar("--extract", "--to-stdout", "--", descriptor[0]!), bounds);
  const disks = names.filter((name) => isDisk(name) && said.includes(`"${name}"`));
  if (disks.length !== 1) throw new Refused(`An appliance must have exactly one disk: this one has ${disks.length}.`);
  const child = tar("--extract", "--to-stdout", "--occurrence=1", "--", disks[0]!);
  const bytes = child.stdout!.pipe(new PassThrough()); // read at once: what a child leaves unread at its end is thrown away
  const [stored] = await Promise.all([put(bytes, bounds), ended(child, bounds.signal)]).catch((why) => {
    stopConfined(child);
    child.stdout!.destroy();
    bytes.destroy();
    throw why;
  });
  return { ...stored, format: formats[endingOf(disks[0]!)]! };
}

function isDisk(name: string): boolean {
  return /^[\w. -]+$/.test(name) && !name.startsWith("-") && formats[endingOf(name)] !== undefined;
}

function endingOf(name: string): string {
  return name.toLowerCase().split(".").at(-1)!;
}

/** What it prints, if that is no more than a descriptor has. */
async function all(child: ReturnType<typeof confine>, { signal }: Bounds): Promise<string> {
  let length = 0;
  child.stdout!.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > descriptorBytes) stopConfined(child);
  });
  const [said] = await Promise.all([text(child.stdout!), ended(child, signal)]);
  return said;
}

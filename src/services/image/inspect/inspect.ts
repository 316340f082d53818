import { iso, luks, raw, strangers } from "./others.ts";
import { ploop } from "./ploop.ts";
import { qcow2 } from "./qcow2.ts";
import { has, type Inspector, largestDisk, type Sample, Unsafe } from "./sample.ts";
import { vdi } from "./vdi.ts";
import { vhd } from "./vhd.ts";
import { vhdx } from "./vhdx.ts";
import { vmdk } from "./vmdk.ts";

const inspectors: readonly Inspector[] = [qcow2, vmdk, vdi, vhd, vhdx, ploop, iso, luks, ...strangers];

/** Which bytes an image of a claimed format may hold. Kernels, ramdisks and machine images are bytes without a format. */
const contents: Readonly<Record<string, string>> = { ami: "raw", aki: "raw", ari: "raw" };

/** What the bytes are. Bytes that are two things at once are a trap, and refused. */
export function detect(it: Sample): Inspector {
  const found = inspectors.filter((one) => one.matches(it));
  const names = found.map(({ format }) => format);
  if (found[0]?.ownHead && isBootSector(it)) names.push("a partitioned disk");
  if (names.length > 1) throw new Unsafe(`The image content is more than one format at once: ${names.join(", ")}.`);
  return found[0] ?? raw;
}

function isBootSector({ head }: Sample): boolean {
  return has(head, 510, "\x55\xaa");
}

/**
 * Holds bytes against the format that they are said to have; throws Unsafe. Returns the size that a guest will see, or null for
 * bytes that are nothing known: they harm nobody, for they are never opened as anything but what they are said to be, and no
 * guest boots from them. While the image is still coming in (no size yet) only what the head already shows is judged.
 */
export function inspect(it: Sample, claimed: string): number | null {
  const found = detect(it);
  const expected = contents[claimed] ?? claimed;
  if (found.format === expected) return bounded(found, it);
  if (found === raw) return null;
  throw new Unsafe(`Image content does not match disk_format: it is said to be ${claimed}, and it is ${found.format}.`);
}

function bounded(found: Inspector, it: Sample): number {
  const bytes = found.virtualBytes(it);
  if (bytes > largestDisk) throw new Unsafe(`The ${found.format} image claims to be larger than any disk here may be.`);
  return bytes;
}

import { iso, luks, raw, strangers, vdi, vhd, vhdx } from "./others.ts";
import { qcow2 } from "./qcow2.ts";
import { type Inspector, type Sample, Unsafe } from "./sample.ts";
import { vmdk } from "./vmdk.ts";

const inspectors: readonly Inspector[] = [qcow2, vmdk, vdi, vhd, vhdx, iso, luks, ...strangers];

/** Which bytes an image of a claimed format may hold. Kernels, ramdisks and machine images are bytes without a format. */
const contents: Readonly<Record<string, string>> = { ami: "raw", aki: "raw", ari: "raw", ploop: "raw" };

/** What the bytes are. Bytes that are two things at once are a trap, and refused. */
export function detect(it: Sample): Inspector {
  const found = inspectors.filter((one) => one.matches(it));
  if (found.length > 1)
    throw new Unsafe(
      `The image content is more than one format at once: ${found.map(({ format }) => format).join(", ")}.`,
    );
  return found[0] ?? raw;
}

/**
 * Holds bytes against the format that they are said to have; throws Unsafe. Returns the size that a guest will see, or null for
 * bytes that are nothing known: they harm nobody, for they are never opened as anything but what they are said to be, and no
 * guest boots from them. While the image is still coming in (no size yet) only what the head already shows is judged.
 */
export function inspect(it: Sample, claimed: string): number | null {
  const found = detect(it);
  const expected = contents[claimed] ?? claimed;
  if (found.format === expected) return found.virtualBytes(it);
  if (found === raw) return null;
  throw new Unsafe(`Image content does not match disk_format: it is said to be ${claimed}, and it is ${found.format}.`);
}

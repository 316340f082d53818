import { has, type Inspector, reader, type Sample, Unsafe } from "./sample.ts";

const dirty = 1n;
const corrupt = 2n;
const externalData = 4n;
const known = dirty | corrupt | externalData | 8n | 16n;
const dataFileExtension = 0x44415441;

/** QEMU's own format: docs/interop/qcow2.rst of QEMU. */
export const qcow2: Inspector = {
  format: "qcow2",
  matches: ({ head }) => has(head, 0, "QFI\xfb"),
  virtualBytes,
};

function virtualBytes(it: Sample): number {
  const read = reader(it.head, "qcow2");
  const version = read.u32(4);
  if (version !== 2 && version !== 3) throw new Unsafe(`qcow2 version ${version} is not supported.`);
  if (read.big(8) !== 0n) throw new Unsafe("A qcow2 image with a backing file is not allowed.");
  if (version === 3) refuseFeatures(read.big(72));
  refuseExtensions(it.head, version === 3 ? read.u32(100) : 72);
  requireTables(it);
  return read.u64(24);
}

function refuseFeatures(features: bigint) {
  if (features & externalData) throw new Unsafe("A qcow2 image with an external data file is not allowed.");
  if (features & corrupt) throw new Unsafe("The qcow2 image is marked corrupt.");
  if (features & ~known) throw new Unsafe("The qcow2 image uses features that are not known.");
}

/** A data file may also be named by an extension alone. */
function refuseExtensions(head: Buffer, start: number) {
  const read = reader(head, "qcow2");
  for (let at = start; ; ) {
    const type = read.u32(at);
    if (type === 0) return;
    if (type === dataFileExtension) throw new Unsafe("A qcow2 image with an external data file is not allowed.");
    at += 8 + Math.ceil(read.u32(at + 4) / 8) * 8;
  }
}

/** The tables must lie inside the file and be as large as the size needs. */
function requireTables({ head, size }: Sample) {
  const read = reader(head, "qcow2");
  const bits = read.u32(20);
  if (bits < 9 || bits > 21) throw new Unsafe("The qcow2 image has an impossible cluster size.");
  const perEntry = 2 ** bits * 2 ** (bits - 3);
  const [entries, at] = [read.u32(36), read.u64(40)];
  if (entries < Math.ceil(read.u64(24) / perEntry))
    throw new Unsafe("The qcow2 image claims to be larger than its tables.");
  if (size !== undefined && (at + entries * 8 > size || read.u64(48) >= size))
    throw new Unsafe("The qcow2 image is cut off: its tables lie behind its end.");
}

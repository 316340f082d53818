import { has, type Inspector, reader, requireInside, type Sample, Unsafe } from "./sample.ts";

const corrupt = 2n;
const externalData = 4n;
const known = 1n | corrupt | externalData | 8n | 16n;
const dataFileExtension = 0x44415441;
const mebi = 2 ** 20;

/** QEMU's own format: docs/interop/qcow2.rst of QEMU. */
export const qcow2: Inspector = {
  format: "qcow2",
  ownHead: true,
  matches: ({ head }) => has(head, 0, "QFI\xfb"),
  virtualBytes,
};

function virtualBytes(it: Sample): number {
  const read = reader(it.head, "qcow2");
  const version = read.u32(4);
  if (version !== 2 && version !== 3) throw new Unsafe(`qcow2 version ${version} is not supported.`);
  if (read.big(8) !== 0n || read.u32(16) !== 0) throw new Unsafe("A qcow2 image with a backing file is not allowed.");
  const bits = read.u32(20);
  if (bits < 9 || bits > 21) throw new Unsafe("The qcow2 image has an impossible cluster size.");
  if (version === 3) refuseFeatures(it.head, 2 ** bits);
  if (![0, 2].includes(read.u32(32))) throw new Unsafe("The qcow2 image has an encryption that is not supported.");
  refuseExtensions(it.head, version === 3 ? read.u32(100) : 72, 2 ** bits);
  requireTables(it, bits);
  return read.u64(24);
}

function refuseFeatures(head: Buffer, cluster: number) {
  const read = reader(head, "qcow2");
  const features = read.big(72);
  if (features & externalData) throw new Unsafe("A qcow2 image with an external data file is not allowed.");
  if (features & corrupt) throw new Unsafe("The qcow2 image is marked corrupt.");
  if (features & ~known) throw new Unsafe("The qcow2 image uses features that are not known.");
  if (read.u32(96) > 6) throw new Unsafe("The qcow2 image has impossible reference counts.");
  const length = read.u32(100);
  if (length < 104 || length % 8 !== 0 || length > cluster)
    throw new Unsafe("The qcow2 header has an impossible length.");
}

/** A data file may also be named by an extension alone. They end with the first cluster. */
function refuseExtensions(head: Buffer, start: number, cluster: number) {
  const read = reader(head, "qcow2");
  for (let at = start; at + 8 <= cluster; ) {
    const [type, length] = [read.u32(at), read.u32(at + 4)];
    if (type === 0) return;
    if (type === dataFileExtension) throw new Unsafe("A qcow2 image with an external data file is not allowed.");
    if (length > cluster - at - 8) throw new Unsafe("The qcow2 image has a header extension that is too long.");
    at += 8 + Math.ceil(length / 8) * 8;
  }
}

/** The tables must lie inside the file, at clusters' starts, be as large as the size needs, and no larger than QEMU reads. */
function requireTables(it: Sample, bits: number) {
  const read = reader(it.head, "qcow2");
  const cluster = 2 ** bits;
  const entryBits = read.u32(4) === 3 && read.big(72) & 16n ? 4 : 3;
  const [entries, table, counts] = [read.u32(36), read.u64(40), read.u64(48)];
  const [countBytes, snapshots, snapshotsAt] = [read.u32(56) * cluster, read.u32(60), read.u64(64)];
  if (entries < Math.ceil(read.u64(24) / (cluster * 2 ** (bits - entryBits))))
    throw new Unsafe("The qcow2 image claims to be larger than its tables.");
  if (entries * 8 > 32 * mebi || countBytes > 8 * mebi || snapshots > 65536)
    throw new Unsafe("The qcow2 image has tables that are too large.");
  if ([table, counts, snapshotsAt].some((at) => at % cluster !== 0))
    throw new Unsafe("The qcow2 image has tables at impossible places.");
  requireInside(it, "qcow2", table, entries * 8);
  requireInside(it, "qcow2", counts, Math.max(countBytes, 1));
  requireInside(it, "qcow2", snapshotsAt, snapshots * 40);
}

import { has, type Inspector, reader, requireInside, type Sample, Unsafe } from "./sample.ts";

const [old, extended] = ["WithoutFreeSpace", "WithouFreSpacExt"];
const sector = 512;

/** Parallels and Virtuozzo: docs/interop/parallels.txt of QEMU. */
export const ploop: Inspector = {
  format: "ploop",
  ownHead: true,
  matches: ({ head }) => has(head, 0, old!) || has(head, 0, extended!),
  virtualBytes,
};

function virtualBytes(it: Sample): number {
  const read = reader(it.head, "ploop");
  if (read.u32le(16) !== 2) throw new Unsafe("The ploop image has a version that is not supported.");
  const [perCluster, entries] = [read.u32le(28), read.u32le(32)];
  const sectors = has(it.head, 0, extended!) ? read.u64le(36) : read.u32le(36);
  if (perCluster === 0 || perCluster > 2 ** 20) throw new Unsafe("The ploop image has an impossible cluster size.");
  if (entries * perCluster < sectors) throw new Unsafe("The ploop image claims to be larger than its tables.");
  requireInside(it, "ploop", 64, entries * 4);
  const extension = read.u64le(56);
  if (extension !== 0) requireInside(it, "ploop", extension * sector, sector);
  return sectors * sector;
}

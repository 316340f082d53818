import { has, type Inspector, reader, requireInside, type Sample, Unsafe } from "./sample.ts";

const mark = "conectix";
const footer = 512;
const sector = 512;
const mostSectors = 65535 * 16 * 255;
const [fixed, dynamic] = [2, 3];

/** Virtual PC: a fixed disk has its footer at the end only, a growing one a copy of it at the start too. */
export const vhd: Inspector = {
  format: "vhd",
  ownHead: false,
  matches: ({ head, tail }) => has(head, 0, mark) || has(tail.subarray(-footer), 0, mark),
  virtualBytes,
};

function virtualBytes(it: Sample): number {
  const { head, tail, size } = it;
  if (!has(head, 0, mark)) return fixedBytes(tail.subarray(-footer), size);
  const read = reader(head, "vhd");
  if (read.u32(60) !== dynamic) throw new Unsafe("A vhd image that depends on another one is not allowed.");
  const bytes = Math.max(read.u64(48), geometryOf(head));
  requireTable(it, bytes);
  requireSameEnd(it);
  return bytes;
}

function fixedBytes(end: Buffer, size: number | undefined): number {
  const read = reader(end, "vhd");
  if (read.u32(60) !== fixed) throw new Unsafe("A vhd image that depends on another one is not allowed.");
  const bytes = read.u64(48);
  if (size !== undefined && bytes > size - footer) throw new Unsafe("The vhd image claims to be larger than it is.");
  return bytes;
}

/** Some readers go by cylinders, heads and sectors, unless these are as large as can be said. */
function geometryOf(head: Buffer): number {
  const read = reader(head, "vhd");
  const sectors = read.u16(56) * read.u8(58) * read.u8(59);
  return sectors === mostSectors ? 0 : sectors * sector;
}

function requireTable(it: Sample, bytes: number) {
  const read = reader(it.head, "vhd");
  const at = read.u64(16);
  if (read.text(at, 8) !== "cxsparse") throw new Unsafe("The vhd header cannot be read.");
  const [table, entries, block] = [read.u64(at + 16), read.u32(at + 28), read.u32(at + 32)];
  if (block === 0 || block % sector !== 0 || block > 2 ** 30)
    throw new Unsafe("The vhd image has an impossible block size.");
  if (entries * block < bytes) throw new Unsafe("The vhd image claims to be larger than its tables.");
  requireInside(it, "vhd", table, entries * 4);
}

/** Other readers go by the footer at the end: it must not say anything else. */
function requireSameEnd({ head, tail, size }: Sample) {
  const end = tail.subarray(-footer);
  if (size === undefined || !has(end, 0, mark)) return;
  if (!end.subarray(48, 64).equals(head.subarray(48, 64))) throw new Unsafe("The vhd image says two different things.");
}

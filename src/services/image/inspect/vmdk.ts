import { has, type Inspector, reader, requireInside, type Sample, Unsafe } from "./sample.ts";

const sector = 512;
const atEnd = 0xffff_ffff_ffff_ffffn;
const types = ["monolithicSparse", "streamOptimized"];
/** Where QEMU looks for a parent, whatever the header says of the descriptor's place. */
const looked = { at: sector, length: 20 * sector };
const longest = 128 * sector;

/** VMware's format, where all is in the one file: everything else names files that it would have the hypervisor open. */
export const vmdk: Inspector = {
  format: "vmdk",
  ownHead: true,
  matches: ({ head }) => has(head, 0, "KDMV") || has(head, 0, "COWD") || isSeSparse(head) || isDescriptor(head),
  virtualBytes,
};

/** The kind of snapshots on VMFS 6: 0xcafebabe as 64 bits, little-endian. */
function isSeSparse(head: Buffer): boolean {
  return has(head, 0, "\xbe\xba\xfe\xca\0\0\0\0");
}

/** Text that QEMU takes for a descriptor: its version after any comments; or that any reader would. */
function isDescriptor(head: Buffer): boolean {
  const text = head.toString("latin1", 0, 64 * 1024);
  if (/^\s*# Disk Descriptor ?File/i.test(text)) return true;
  const lines = text.split("\n");
  const first = lines.find((line) => !/^\s*(#.*)?$/.test(line));
  return first !== undefined && /^\s*version=\d/i.test(first);
}

function virtualBytes(it: Sample): number {
  if (!has(it.head, 0, "KDMV")) throw new Unsafe("A vmdk that names other files is not allowed.");
  const read = reader(it.head, "vmdk");
  const sectors = read.u64le(12);
  const [at, length] = [read.u64le(28) * sector, read.u64le(36) * sector];
  if (at !== looked.at || length === 0) throw new Unsafe("A vmdk without a descriptor inside is not allowed.");
  if (sectors === 0) throw new Unsafe("A vmdk that has no bytes of its own is not allowed.");
  if (length > longest) throw new Unsafe("The vmdk image has a descriptor that is too long.");
  refuseParent(read.text(at, Math.max(length, looked.length)));
  refuseDescriptor(read.text(at, length).split("\0")[0] ?? "", sectors);
  if (read.bigle(56) === atEnd) requireSameFooter(it, sectors);
  else requireGrains(it, sectors);
  return sectors * sector;
}

function refuseParent(text: string) {
  if (/parentFileNameHint/i.test(text)) throw new Unsafe("A vmdk with a parent is not allowed.");
}

function refuseDescriptor(text: string, sectors: number) {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const type = saidOf(lines, "createType");
  if (!type || !types.includes(type)) throw new Unsafe(`vmdk createType ${type ?? "(none)"} is not allowed.`);
  if (!/^ffffffff$/i.test(saidOf(lines, "parentCID") ?? "ffffffff"))
    throw new Unsafe("A vmdk with a parent is not allowed.");
  const extents = lines.filter((line) => /^(RW|RDONLY|NOACCESS)\b/i.test(line));
  if (extents.length !== 1) throw new Unsafe("A vmdk must have exactly one extent.");
  refuseExtent(extents[0]!, sectors);
}

/** What all lines say of a key; undefined if that is nothing, or more than one thing. */
function saidOf(lines: readonly string[], key: string): string | undefined {
  const found = lines
    .map((line) => line.match(/^(\w+)\s*=\s*"?([^"]*)"?$/))
    .filter((line) => line?.[1]?.toLowerCase() === key.toLowerCase());
  if (found.length > 1) throw new Unsafe(`The vmdk descriptor says ${key} more than once.`);
  return found[0]?.[2]?.trim();
}

function refuseExtent(line: string, sectors: number) {
  const [, size, kind, name = ""] = line.match(/^\w+\s+(\d+)\s+(\w+)\s+"([^"]*)"$/) ?? [];
  if (kind !== "SPARSE") throw new Unsafe(`vmdk extent ${line.slice(0, 80)} is not allowed.`);
  if (/[/\\]/.test(name) || name.startsWith(".")) throw new Unsafe("A vmdk extent with a path is not allowed.");
  if (Number(size) !== sectors) throw new Unsafe("The vmdk image says two different sizes.");
}

/** A stream-optimised file may have its true header at its end: it must not say anything else. */
function requireSameFooter({ tail, size }: Sample, sectors: number) {
  if (size === undefined) return;
  const read = reader(tail.subarray(-1024), "vmdk");
  if (read.text(0, 4) !== "KDMV" || read.u64le(12) !== sectors)
    throw new Unsafe("The vmdk image is cut off: it has no footer.");
}

/** The directory of grains lies in the file and is no larger than QEMU reads. */
function requireGrains(it: Sample, sectors: number) {
  const read = reader(it.head, "vmdk");
  const covered = read.u64le(20) * read.u32le(44);
  if (covered === 0 || sectors / covered > 2 ** 25) throw new Unsafe("The vmdk image has tables that are too large.");
  requireInside(it, "vmdk", read.u64le(56) * sector, Math.ceil(sectors / covered) * 4);
}

import { has, type Inspector, reader, type Sample, Unsafe } from "./sample.ts";

const sector = 512;
const atEnd = 0xffff_ffff_ffff_ffffn;
const types = ["monolithicSparse", "streamOptimized"];

/** VMware's format, where all is in the one file: everything else names files that it would have the hypervisor open. */
export const vmdk: Inspector = {
  format: "vmdk",
  matches: ({ head }) => has(head, 0, "KDMV") || isDescriptor(head),
  virtualBytes,
};

function isDescriptor(head: Buffer): boolean {
  return /^\s*# Disk Descriptor ?File/i.test(head.toString("latin1", 0, 512));
}

function virtualBytes(it: Sample): number {
  if (isDescriptor(it.head)) throw new Unsafe("A vmdk descriptor that names other files is not allowed.");
  const read = reader(it.head, "vmdk");
  const sectors = read.u64le(12);
  const [at, length] = [read.u64le(28) * sector, read.u64le(36) * sector];
  if (at === 0 || length === 0) throw new Unsafe("A vmdk without a descriptor inside is not allowed.");
  refuseDescriptor(read.text(at, length).split("\0")[0] ?? "", sectors);
  if (read.bigle(56) === atEnd) requireSameFooter(it, sectors);
  return sectors * sector;
}

function refuseDescriptor(text: string, sectors: number) {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const type = saidOf(lines, "createType");
  if (!type || !types.includes(type)) throw new Unsafe(`vmdk createType ${type ?? "(none)"} is not allowed.`);
  if (
    !/^ffffffff$/i.test(saidOf(lines, "parentCID") ?? "ffffffff") ||
    saidOf(lines, "parentFileNameHint") !== undefined
  )
    throw new Unsafe("A vmdk with a parent is not allowed.");
  const extents = lines.filter((line) => /^(RW|RDONLY|NOACCESS)\b/i.test(line));
  if (extents.length !== 1) throw new Unsafe("A vmdk must have exactly one extent.");
  refuseExtent(extents[0]!, sectors);
}

function saidOf(lines: readonly string[], key: string): string | undefined {
  const found = lines
    .map((line) => line.match(/^(\w+)\s*=\s*"?([^"]*)"?$/))
    .find((line) => line?.[1]?.toLowerCase() === key.toLowerCase());
  return found?.[2]?.trim();
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

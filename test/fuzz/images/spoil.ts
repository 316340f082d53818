import type { chances } from "./chances.ts";
import type { Specimen } from "./corpus.ts";

const interesting = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xff];
const wide = [0n, 1n, 2n, 4n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 40n, 1n << 62n, (1n << 64n) - 1n];
/** Where headers have what matters. */
const places = [0, 0x40, 0x100, 0x150, 0x1a0, 512, 1024, 65536, 196608, 262144, 0x8001, 2 ** 20, 2 ** 21];

export type Chances = ReturnType<typeof chances>;

/** A copy with some of it changed, cut, grown or mixed with another's. */
export function spoil(it: Specimen, others: readonly Specimen[], chance: Chances): Buffer {
  let bytes: Buffer = Buffer.from(it.bytes);
  const times = 1 + chance.below(6);
  for (let n = 0; n < times; n += 1) bytes = oneOf(ways, chance)(bytes, oneOf(others, chance).bytes, chance);
  return bytes;
}

/** Changes the bytes where they are; returns what is left of them. */
type Way = (it: Buffer, other: Buffer, chance: Chances) => Buffer;
const ways: readonly Way[] = [flip, flip, number, number, number, cut, graft, text, swap];

function flip(it: Buffer, _: Buffer, chance: Chances) {
  if (it.length > 0) it[somewhere(it, chance)] = oneOf(interesting, chance) ^ chance.below(256);
  return it;
}

function number(it: Buffer, _: Buffer, chance: Chances) {
  const at = somewhere(it, chance) & ~3;
  if (at + 8 > it.length) return it;
  const value = oneOf(wide, chance);
  const small = Number(value & 0xffffffffn);
  [
    () => it.writeBigUInt64BE(value, at),
    () => it.writeBigUInt64LE(value, at),
    () => it.writeUInt32BE(small, at),
    () => it.writeUInt32LE(small, at),
  ][chance.below(4)]!();
  return it;
}

function cut(it: Buffer, _: Buffer, chance: Chances) {
  return it.subarray(0, chance.below(it.length + 1));
}

/** A stretch of another one, as a polyglot has it. */
function graft(it: Buffer, other: Buffer, chance: Chances) {
  const from = somewhere(other, chance);
  other.copy(it, somewhere(it, chance), from, from + 1 + chance.below(4096));
  return it;
}

const words = [
  "parentFileNameHint=",
  "createType=",
  "FLAT",
  "SPARSE",
  "/etc/passwd",
  '"',
  "\n",
  "\0",
  "RW 1 ",
  "CD001",
];

function text(it: Buffer, _: Buffer, chance: Chances) {
  const at = it.indexOf("createType");
  const word = oneOf(words, chance);
  Buffer.from(word, "latin1").copy(it, Math.max(0, at < 0 ? somewhere(it, chance) : at + chance.below(200) - 60));
  return it;
}

function swap(it: Buffer, _: Buffer, chance: Chances) {
  const [a, b] = [somewhere(it, chance), somewhere(it, chance)];
  const length = Math.min(16, it.length - Math.max(a, b));
  if (length <= 0) return it;
  const kept = Buffer.from(it.subarray(a, a + length));
  it.copy(it, a, b, b + length);
  kept.copy(it, b);
  return it;
}

/** Mostly near the start of something. */
function somewhere(it: Buffer, chance: Chances): number {
  const near = chance.below(4) === 0 ? chance.below(it.length || 1) : oneOf(places, chance) + chance.below(128);
  const fromEnd = chance.below(8) === 0;
  const at = fromEnd ? it.length - 1 - chance.below(1024) : near;
  return Math.min(Math.max(0, at), Math.max(0, it.length - 1));
}

function oneOf<T>(list: readonly T[], chance: Chances): T {
  return list[chance.below(list.length)]!;
}

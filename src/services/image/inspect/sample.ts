/** What an inspection may look at: an image's first bytes, its last ones, and its size. */
export interface Sample {
  readonly head: Buffer;
  /** Empty while the image is still coming in. */
  readonly tail: Buffer;
  /** Undefined while the image is still coming in. */
  readonly size: number | undefined;
}
export const headBytes = 4 * 1024 * 1024;
export const tailBytes = 1024;

/** The largest disk that is taken for one: sixteen tebibytes. */
export const largestDisk = 2 ** 44;

/** One format: how it is known, and what it says of itself. */
export interface Inspector {
  readonly format: string;
  /** Whether its own header stands at the start of the file, and not the guest's first bytes. */
  readonly ownHead: boolean;
  matches(it: Sample): boolean;
  /** The size that a guest sees. Throws Unsafe for what must not come near a hypervisor. */
  virtualBytes(it: Sample): number;
}

/** Why an image is not taken, in a sentence for its owner. */
export class Unsafe extends Error {
  override readonly name: string = "Unsafe";
}
/** It ends before its header does: so far, if it is still coming in. */
export class CutOff extends Unsafe {}

export function has(it: Buffer, at: number, text: string): boolean {
  return it.length >= at + text.length && it.toString("latin1", at, at + text.length) === text;
}

/** Numbers in a header; reading past its end is a refusal, not a crash. */
export function reader(it: Buffer, format: string) {
  const cut = (at: number, length: number): Buffer => {
    if (at < 0 || length < 0 || at + length > it.length) throw new CutOff(`The ${format} header is cut off.`);
    return it.subarray(at, at + length);
  };
  const safe = (value: bigint): number => {
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new Unsafe(`The ${format} header has a number that is out of range.`);
    return Number(value);
  };
  return {
    u8: (at: number) => cut(at, 1).readUInt8(),
    u16: (at: number) => cut(at, 2).readUInt16BE(),
    u16le: (at: number) => cut(at, 2).readUInt16LE(),
    u32: (at: number) => cut(at, 4).readUInt32BE(),
    u32le: (at: number) => cut(at, 4).readUInt32LE(),
    big: (at: number) => cut(at, 8).readBigUInt64BE(),
    bigle: (at: number) => cut(at, 8).readBigUInt64LE(),
    u64: (at: number) => safe(cut(at, 8).readBigUInt64BE()),
    u64le: (at: number) => safe(cut(at, 8).readBigUInt64LE()),
    text: (at: number, length: number) => cut(at, length).toString("latin1"),
    hex: (at: number, length: number) => cut(at, length).toString("hex"),
    isZero: (at: number, length: number) => cut(at, length).every((byte) => byte === 0),
  };
}

/** Something that the header says lies in the file. */
export function requireInside({ size }: Sample, format: string, at: number, length: number) {
  if (size !== undefined && at + length > size)
    throw new Unsafe(`The ${format} image is cut off: its tables lie behind its end.`);
}

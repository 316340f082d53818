import { has, type Inspector, reader, type Sample, Unsafe } from "./sample.ts";

/** VirtualBox. */
export const vdi: Inspector = {
  format: "vdi",
  matches: ({ head }) => head.length >= 0x44 && head.readUInt32LE(0x40) === 0xbeda107f,
  virtualBytes({ head, size }) {
    const read = reader(head, "vdi");
    if (![1, 2].includes(read.u32le(0x4c))) throw new Unsafe("A vdi image that depends on another one is not allowed.");
    if (size !== undefined && read.u32le(0x158) > size) throw new Unsafe("The vdi image is cut off.");
    return read.u64le(0x170);
  },
};

/** Virtual PC: a fixed disk has its footer at the end only. */
export const vhd: Inspector = {
  format: "vhd",
  matches: ({ head, tail }) => has(head, 0, "conectix") || has(tail.subarray(-512), 0, "conectix"),
  virtualBytes({ head, tail, size }) {
    const fixed = !has(head, 0, "conectix");
    const read = reader(fixed ? tail.subarray(-512) : head, "vhd");
    const kind = read.u32(60);
    if (kind !== 2 && kind !== 3) throw new Unsafe("A vhd image that depends on another one is not allowed.");
    const bytes = read.u64(48);
    if (fixed && size !== undefined && bytes > size - 512)
      throw new Unsafe("The vhd image claims to be larger than it is.");
    return bytes;
  },
};

const metadataRegion = "06a27c8b90479a4bb8fe575f050f886e";
const diskSize = "2442a52f1bcd7648b2115dbed83bf4b8";
const fileParameters = "3767a1ca36fa434db3b633f0aa44e76b";

/** Hyper-V: MS-VHDX. */
export const vhdx: Inspector = {
  format: "vhdx",
  matches: ({ head }) => has(head, 0, "vhdxfile"),
  virtualBytes({ head, size }) {
    const read = reader(head, "vhdx");
    if (size === undefined && head.length < 192 * 1024) return 0;
    const at = tableEntry(head, 192 * 1024, "regi", 16, 8, metadataRegion);
    const start = read.u64le(at + 16);
    const item = (guid: string) => start + read.u32le(tableEntry(head, start, "metadata", 32, 10, guid) + 16);
    if (read.u32le(item(fileParameters) + 4) & 2)
      throw new Unsafe("A vhdx image that depends on another one is not allowed.");
    return read.u64le(item(diskSize));
  },
};

/** Where the entry with this GUID stands in a table of 32-byte entries. */
function tableEntry(
  head: Buffer,
  start: number,
  signature: string,
  first: number,
  countAt: number,
  guid: string,
): number {
  const read = reader(head, "vhdx");
  if (read.text(start, signature.length) !== signature) throw new Unsafe("The vhdx header cannot be read.");
  const count = read.u16le(start + countAt);
  for (let i = 0; i < count; i += 1) {
    const at = start + first + i * 32;
    if (read.hex(at, 16) === guid) return at;
  }
  throw new Unsafe("The vhdx header cannot be read.");
}

/** ISO 9660 and UDF. */
export const iso: Inspector = {
  format: "iso",
  matches: ({ head }) => ["CD001", "NSR02", "NSR03", "BEA01"].some((mark) => has(head, 0x8001, mark)),
  virtualBytes: whole,
};

export const luks: Inspector = {
  format: "luks",
  matches: ({ head }) => has(head, 0, "LUKS\xba\xbe"),
  virtualBytes({ head, size = 0 }) {
    const read = reader(head, "luks");
    const version = read.u16(6);
    const payload = version === 1 ? read.u32(104) * 512 : 0;
    if (size && payload > size) throw new Unsafe("The luks image is cut off.");
    return Math.max(0, size - payload);
  },
};

/** Formats that no image may claim, told apart so that nothing passes as raw that QEMU would take for more. */
export const strangers: readonly Inspector[] = [
  stranger("qed", (head) => has(head, 0, "QED\0")),
  stranger("parallels", (head) => has(head, 0, "WithoutFreeSpace") || has(head, 0, "WithouFreSpacExt")),
  stranger("cow", (head) => has(head, 0, "OOOM")),
  stranger("bochs", (head) => has(head, 0, "Bochs Virtual HD Image")),
  stranger("dmg", (_, tail) => has(tail.subarray(-512), 0, "koly")),
];

function stranger(format: string, matches: (head: Buffer, tail: Buffer) => boolean): Inspector {
  return { format, matches: ({ head, tail }) => matches(head, tail), virtualBytes: whole };
}

/** Whatever is nothing else: a partitioned disk (MBR, GPT), a file system, any bytes. */
export const raw: Inspector = { format: "raw", matches: () => true, virtualBytes: whole };

function whole({ size }: Sample): number {
  return size ?? 0;
}

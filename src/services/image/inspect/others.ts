import { has, type Inspector, reader, type Sample, Unsafe } from "./sample.ts";

/** ISO 9660 and UDF. Such an image may be a partitioned disk too: that is how it boots from a stick. */
export const iso: Inspector = {
  format: "iso",
  ownHead: false,
  matches: ({ head }) => ["CD001", "NSR02", "NSR03", "BEA01"].some((mark) => has(head, 0x8001, mark)),
  virtualBytes: whole,
};

export const luks: Inspector = {
  format: "luks",
  ownHead: true,
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
  stranger("cow", (head) => has(head, 0, "OOOM")),
  stranger("bochs", (head) => has(head, 0, "Bochs Virtual HD Image")),
  stranger("cloop", (head) => has(head, 0, "#!/bin/sh\n#V2.0 Format\n")),
  stranger("dmg", (_, tail) => has(tail.subarray(-512), 0, "koly")),
];

function stranger(format: string, matches: (head: Buffer, tail: Buffer) => boolean): Inspector {
  return { format, ownHead: false, matches: ({ head, tail }) => matches(head, tail), virtualBytes: whole };
}

/** Whatever is nothing else: a partitioned disk (MBR, GPT), a file system, any bytes. */
export const raw: Inspector = { format: "raw", ownHead: false, matches: () => true, virtualBytes: whole };

function whole({ size }: Sample): number {
  return size ?? 0;
}

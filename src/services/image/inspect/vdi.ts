import { type Inspector, reader, requireInside, type Sample, Unsafe } from "./sample.ts";

/** VirtualBox. */
export const vdi: Inspector = {
  format: "vdi",
  ownHead: true,
  matches: ({ head }) => head.length >= 0x44 && head.readUInt32LE(0x40) === 0xbeda107f,
  virtualBytes,
};

const uuids = { link: 0x1a8, parent: 0x1b8 };

function virtualBytes(it: Sample): number {
  const read = reader(it.head, "vdi");
  const dependent = ![1, 2].includes(read.u32le(0x4c));
  if (dependent || !read.isZero(uuids.link, 16) || !read.isZero(uuids.parent, 16))
    throw new Unsafe("A vdi image that depends on another one is not allowed.");
  const [bytes, block, blocks] = [read.u64le(0x170), read.u32le(0x178), read.u32le(0x180)];
  if (block !== 2 ** 20) throw new Unsafe("The vdi image has an impossible block size.");
  if (blocks * block < bytes) throw new Unsafe("The vdi image claims to be larger than its tables.");
  requireInside(it, "vdi", read.u32le(0x154), blocks * 4);
  requireInside(it, "vdi", read.u32le(0x158), 0);
  return bytes;
}

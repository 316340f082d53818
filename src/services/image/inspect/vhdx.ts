import { has, type Inspector, reader, type Sample, Unsafe } from "./sample.ts";

/** Hyper-V: MS-VHDX. */
export const vhdx: Inspector = {
  format: "vhdx",
  ownHead: true,
  matches: ({ head }) => has(head, 0, "vhdxfile"),
  virtualBytes,
};

const kibi = 1024;
const regions = { at: 192 * kibi, copy: 256 * kibi, length: 64 * kibi };
const metadataRegion = "06a27c8b90479a4bb8fe575f050f886e";
const diskSize = "2442a52f1bcd7648b2115dbed83bf4b8";
const fileParameters = "3767a1ca36fa434db3b633f0aa44e76b";
const parentLocator = "2d5fd3a80bb34d45abf7d3d84834ab0c";
const hasParent = 2;

function virtualBytes({ head, size }: Sample): number {
  const read = reader(head, "vhdx");
  const table = read.hex(regions.at, regions.length);
  if (size !== undefined && read.text(regions.copy, 4) === "regi" && read.hex(regions.copy, regions.length) !== table)
    throw new Unsafe("The vhdx image says two different things.");
  const start = read.u64le(entry(head, regions.at, region, metadataRegion)! + 16);
  const item = (guid: string) => start + read.u32le(entry(head, start, metadata, guid)! + 16);
  if (find(head, start, metadata, parentLocator) !== undefined || read.u32le(item(fileParameters) + 4) & hasParent)
    throw new Unsafe("A vhdx image that depends on another one is not allowed.");
  return read.u64le(item(diskSize));
}

/** Tables of 32-byte entries: where they start, and where their number stands. */
interface Table {
  readonly signature: string;
  readonly first: number;
  readonly countAt: number;
}
const region: Table = { signature: "regi", first: 16, countAt: 8 };
const metadata: Table = { signature: "metadata", first: 32, countAt: 10 };
const mostEntries = 2047;

/** Where the entry with this GUID stands. */
function entry(head: Buffer, start: number, table: Table, guid: string): number {
  const at = find(head, start, table, guid);
  if (at === undefined) throw new Unsafe("The vhdx header cannot be read.");
  return at;
}

function find(head: Buffer, start: number, { signature, first, countAt }: Table, guid: string): number | undefined {
  const read = reader(head, "vhdx");
  if (read.text(start, signature.length) !== signature) throw new Unsafe("The vhdx header cannot be read.");
  const count = read.u16le(start + countAt);
  if (count > mostEntries) throw new Unsafe("The vhdx image has tables that are too large.");
  for (let at = start + first; at < start + first + count * 32; at += 32) if (read.hex(at, 16) === guid) return at;
  return undefined;
}

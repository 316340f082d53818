import { brotliDecompressSync } from "node:zlib";
import {
  isoSample,
  luksSample,
  mbrSample,
  ploopSample,
  qcow2Sample,
  vdiSample,
  vhdSample,
  vhdxSample,
  vmdkSample,
} from "#services/image/inspect/samples.ts";
import { made } from "./made.ts";

/** An image to be judged, and to be spoilt. */
export interface Specimen {
  readonly name: string;
  readonly claimed: string;
  readonly safe: boolean;
  readonly bytes: Buffer;
}
const descriptor = (lines: string) => Buffer.from(`# Disk DescriptorFile\nversion=1\nparentCID=ffffffff\n${lines}\n`);

/** Every trick that is known, and what it must not be mistaken for. */
export function corpus(): Specimen[] {
  return [
    ...made.map((it) => ({ ...it, bytes: brotliDecompressSync(Buffer.from(it.bytes, "base64")) })),
    ...good().map(([name, claimed, bytes]) => ({ name, claimed, bytes, safe: true })),
    ...evil().map(([name, claimed, bytes]) => ({ name, claimed, bytes, safe: false })),
  ];
}

type Named = readonly [name: string, claimed: string, bytes: Buffer];

function good(): Named[] {
  return [
    ["a header of qcow2", "qcow2", qcow2Sample()],
    ["a header of vmdk", "vmdk", vmdkSample()],
    ["a header of vdi", "vdi", vdiSample()],
    ["a header of vhd", "vhd", vhdSample()],
    ["a header of a fixed vhd", "vhd", vhdSample({ kind: 2, bytes: 1024 })],
    ["a header of vhdx", "vhdx", vhdxSample()],
    ["a header of ploop", "ploop", ploopSample()],
    ["an ISO", "iso", isoSample()],
    ["an ISO that is a disk too", "iso", together(isoSample(), mbrSample().subarray(0, 512), 0)],
    ["a header of luks", "luks", luksSample()],
    ["a partitioned disk", "raw", mbrSample()],
    ["nothing known", "raw", Buffer.from("anything")],
    ["a kernel", "aki", Buffer.alloc(8192, "kernel")],
  ];
}

function evil(): Named[] {
  const passwd = 'RW 2048 FLAT "/etc/passwd" 0';
  return [
    ["qcow2 with a backing file (CVE-2015-5163)", "qcow2", qcow2Sample({ backingAt: 200n })],
    ["qcow2 with a data file (CVE-2022-47951, CVE-2024-32498)", "qcow2", qcow2Sample({ incompatible: 4n })],
    ["qcow2 with the name of a data file only", "qcow2", qcow2Sample({ extension: 0x44415441 })],
    ["qcow2 with features of the future", "qcow2", qcow2Sample({ incompatible: 1n << 33n })],
    ["qcow2 that is a disk of an exbibyte (CVE-2015-5162)", "qcow2", qcow2Sample({ bytes: 1n << 60n })],
    ["qcow2 with endless tables", "qcow2", qcow2Sample({ bytes: 1n << 40n, l1Entries: 0x7fffffff })],
    ["qcow2 of version 1", "qcow2", qcow2Sample({ version: 1 })],
    ["vmdk descriptor alone (CVE-2022-47951)", "vmdk", descriptor(`createType="monolithicFlat"\n${passwd}`)],
    ["vmdk descriptor after comments", "vmdk", Buffer.from(`#\n\n# x\nversion=1\ncreateType="vmfs"\n${passwd}\n`)],
    ["vmdk descriptor as a disk", "raw", Buffer.from(`#\n\n# x\nversion=1\ncreateType="vmfs"\n${passwd}\n`)],
    ["vmdk with a flat extent inside", "vmdk", vmdkSample({ extent: passwd })],
    ["vmdk with an extent elsewhere", "vmdk", vmdkSample({ extent: 'RW 2048 SPARSE "../../other"' })],
    ["vmdk in two files", "vmdk", vmdkSample({ more: 'RW 2048 SPARSE "other.vmdk"' })],
    ["vmdk of no size, which makes its descriptor the truth", "vmdk", vmdkSample({ sectors: 0 })],
    ["vmdk with a parent", "vmdk", vmdkSample({ more: 'parentFileNameHint="/etc/passwd"' })],
    ["vmdk with two descriptors", "vmdk", twoDescriptors()],
    ["vmdk with a parent behind the descriptor's end", "vmdk", hiddenParent()],
    ["vmdk with two kinds", "vmdk", vmdkSample({ more: 'createType="monolithicFlat"' })],
    ["vmdk of ESX", "vmdk", Buffer.concat([Buffer.from("COWD"), Buffer.alloc(4096)])],
    ["vdi over another", "vdi", vdiSample({ kind: 4 })],
    ["vdi with a parent", "vdi", together(vdiSample(), Buffer.alloc(16, 1), 0x1b8)],
    ["vhd over another", "vhd", vhdSample({ kind: 4 })],
    ["ploop with a part elsewhere, which ends QEMU", "ploop", together(ploopSample(), Buffer.from([0x7e]), 63)],
    ["vhdx over another", "vhdx", vhdxSample({ flags: 2 })],
    ["an ISO that is qcow2 too (CVE-2024-40767)", "iso", together(isoSample(), qcow2Sample().subarray(0, 512), 0)],
    ["the same, said to be qcow2", "qcow2", together(qcow2Sample(), isoSample().subarray(0x8000, 0x8800), 0x8000)],
    [
      "a fixed vhd that is qcow2 too",
      "vhd",
      together(vhdSample({ kind: 2, bytes: 1024 }), qcow2Sample().subarray(0, 512), 0),
    ],
    ["a partitioned disk that is qcow2 too", "qcow2", together(qcow2Sample(), Buffer.from([0x55, 0xaa]), 510)],
    ["a disk image with a trailer of dmg", "raw", together(Buffer.alloc(4096), Buffer.from("koly"), 4096 - 512)],
    ["qcow2 said to be raw", "raw", qcow2Sample()],
    ["qcow2 said to be a kernel", "aki", qcow2Sample()],
  ];
}

function together(it: Buffer, other: Buffer, at: number): Buffer {
  const both = Buffer.from(it);
  other.copy(both, at);
  return both;
}

/** The header leads to a good one, and QEMU reads the other. */
function twoDescriptors(): Buffer {
  const it = vmdkSample({ more: 'parentFileNameHint="/etc/passwd"' });
  const good = vmdkSample().subarray(512, 512 * 21);
  good.copy(it, 512 * 40);
  it.writeBigUInt64LE(40n, 28);
  return it;
}

function hiddenParent(): Buffer {
  return together(vmdkSample(), Buffer.from('\0\nparentFileNameHint="/etc/passwd"\n'), 512 + 3000);
}

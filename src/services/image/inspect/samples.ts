/** Small images of every kind for tests: only what their headers say matters. */
const mib = 1024 * 1024;

export interface Qcow2 {
  version?: number;
  backingAt?: bigint;
  incompatible?: bigint;
  extension?: number;
  bytes?: bigint;
  l1Entries?: number;
  l1At?: bigint;
}

export function qcow2Sample(more: Qcow2 = {}): Buffer {
  const it = Buffer.alloc(256 * 1024);
  it.write("QFI\xfb", 0, "latin1");
  it.writeUInt32BE(more.version ?? 3, 4);
  it.writeBigUInt64BE(more.backingAt ?? 0n, 8);
  it.writeUInt32BE(16, 20);
  it.writeBigUInt64BE(more.bytes ?? BigInt(10 * mib), 24);
  it.writeUInt32BE(more.l1Entries ?? 1, 36);
  it.writeBigUInt64BE(more.l1At ?? 0x30000n, 40);
  it.writeBigUInt64BE(0x10000n, 48);
  it.writeBigUInt64BE(more.incompatible ?? 0n, 72);
  it.writeUInt32BE(1, 56);
  it.writeUInt32BE(4, 96);
  it.writeUInt32BE(104, 100);
  if (more.extension) it.writeUInt32BE(more.extension, 104);
  return it;
}

export interface Vmdk {
  type?: string;
  extent?: string;
  more?: string;
  sectors?: number;
}

export function vmdkSample({ type = "monolithicSparse", extent, more = "", sectors = 2048 }: Vmdk = {}): Buffer {
  const it = Buffer.alloc(64 * 1024);
  it.write("KDMV", 0, "latin1");
  it.writeUInt32LE(1, 4);
  it.writeBigUInt64LE(BigInt(sectors), 12);
  it.writeBigUInt64LE(128n, 20);
  it.writeUInt32LE(512, 44);
  it.writeBigUInt64LE(21n, 56);
  it.writeBigUInt64LE(1n, 28);
  it.writeBigUInt64LE(20n, 36);
  const line = extent ?? `RW ${sectors} SPARSE "disk.vmdk"`;
  it.write(`# Disk DescriptorFile\nversion=1\nparentCID=ffffffff\ncreateType="${type}"\n${more}\n${line}\n`, 512);
  return it;
}

export function vdiSample({ kind = 1, bytes = 5 * mib } = {}): Buffer {
  const it = Buffer.alloc(4096);
  it.writeUInt32LE(0xbeda107f, 0x40);
  it.writeUInt32LE(kind, 0x4c);
  it.writeUInt32LE(512, 0x154);
  it.writeUInt32LE(1024, 0x158);
  it.writeUInt32LE(mib, 0x178);
  it.writeUInt32LE(Math.ceil(bytes / mib), 0x180);
  it.writeBigUInt64LE(BigInt(bytes), 0x170);
  return it;
}

export function vhdSample({ kind = 3, bytes = 5 * mib } = {}): Buffer {
  const it = Buffer.alloc(kind === 2 ? 1024 + 512 : 4096);
  const at = kind === 2 ? 1024 : 0;
  it.write("conectix", at, "latin1");
  it.writeBigUInt64BE(BigInt(bytes), at + 48);
  it.writeUInt32BE(kind, at + 60);
  if (kind === 2) return it;
  it.writeBigUInt64BE(512n, 16);
  it.write("cxsparse", 512, "latin1");
  it.writeBigUInt64BE(1536n, 528);
  it.writeUInt32BE(Math.ceil(bytes / (2 * mib)), 540);
  it.writeUInt32BE(2 * mib, 544);
  return it;
}

export function vhdxSample({ flags = 0, bytes = 7 * mib } = {}): Buffer {
  const it = Buffer.alloc(mib);
  it.write("vhdxfile", 0, "latin1");
  it.write("regi", 192 * 1024, "latin1");
  it.writeUInt32LE(1, 192 * 1024 + 8);
  it.write("06a27c8b90479a4bb8fe575f050f886e", 192 * 1024 + 16, "hex");
  it.writeBigUInt64LE(BigInt(512 * 1024), 192 * 1024 + 32);
  const table = 512 * 1024;
  it.write("metadata", table, "latin1");
  it.writeUInt16LE(2, table + 10);
  it.write("3767a1ca36fa434db3b633f0aa44e76b", table + 32, "hex");
  it.writeUInt32LE(65536, table + 48);
  it.write("2442a52f1bcd7648b2115dbed83bf4b8", table + 64, "hex");
  it.writeUInt32LE(65544, table + 80);
  it.writeUInt32LE(flags, table + 65536 + 4);
  it.writeBigUInt64LE(BigInt(bytes), table + 65544);
  return it;
}

export function ploopSample({ bytes = 3 * mib } = {}): Buffer {
  const it = Buffer.alloc(4096);
  it.write("WithouFreSpacExt", 0, "latin1");
  it.writeUInt32LE(2, 16);
  it.writeUInt32LE(2048, 28);
  it.writeUInt32LE(Math.ceil(bytes / mib), 32);
  it.writeBigUInt64LE(BigInt(bytes / 512), 36);
  return it;
}

export function isoSample(): Buffer {
  const it = Buffer.alloc(64 * 1024);
  it.write("CD001", 0x8001, "latin1");
  return it;
}

export function luksSample(): Buffer {
  const it = Buffer.alloc(8192);
  it.write("LUKS\xba\xbe", 0, "latin1");
  it.writeUInt16BE(1, 6);
  it.writeUInt32BE(8, 104);
  return it;
}

export function mbrSample(): Buffer {
  const it = Buffer.alloc(4096);
  it.writeUInt16LE(0xaa55, 510);
  it.write("EFI PART", 512, "latin1");
  return it;
}

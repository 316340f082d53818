import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isoSample,
  luksSample,
  mbrSample,
  qcow2Sample,
  vdiSample,
  vhdSample,
  vhdxSample,
  vmdkSample,
} from "./samples.ts";
import { Watch } from "./watch.ts";

const mib = 1024 * 1024;

/** As an upload sees it: in pieces. */
function virtualBytes(it: Buffer, claimed: string, piece = 10_000): number | null {
  const watch = new Watch(claimed);
  for (let at = 0; at < it.length; at += piece) watch.take(it.subarray(at, at + piece));
  return watch.end();
}
const refuses = (it: Buffer, claimed: string, why: RegExp) =>
  assert.throws(() => virtualBytes(it, claimed), { name: "Unsafe", message: why });

test("every format is known, and tells the size that a guest will see", () => {
  assert.equal(virtualBytes(qcow2Sample(), "qcow2"), 10 * mib);
  assert.equal(virtualBytes(qcow2Sample({ version: 2 }), "qcow2"), 10 * mib);
  assert.equal(virtualBytes(vmdkSample(), "vmdk"), mib);
  assert.equal(virtualBytes(vdiSample(), "vdi"), 5 * mib);
  assert.equal(virtualBytes(vhdSample(), "vhd"), 5 * mib);
  assert.equal(virtualBytes(vhdSample({ kind: 2, bytes: 1024 }), "vhd"), 1024);
  assert.equal(virtualBytes(vhdxSample(), "vhdx"), 7 * mib);
  assert.equal(virtualBytes(isoSample(), "iso"), 65536);
  assert.equal(virtualBytes(luksSample(), "luks"), 8192 - 4096);
  assert.equal(virtualBytes(mbrSample(), "raw"), 4096);
  assert.equal(virtualBytes(Buffer.from("anything"), "ami"), 8);
  assert.equal(virtualBytes(Buffer.alloc(0), "raw"), 0);
});

test("what is said to be raw must be nothing else", () => {
  for (const it of [
    qcow2Sample(),
    vmdkSample(),
    vdiSample(),
    vhdSample(),
    vhdSample({ kind: 2 }),
    vhdxSample(),
    isoSample(),
    luksSample(),
  ])
    refuses(it, "raw", /does not match disk_format: it is said to be raw, and it is/);
  refuses(qcow2Sample(), "ami", /does not match/);
});

test("what is said to have a format must have no other", () => {
  refuses(isoSample(), "qcow2", /said to be qcow2, and it is iso/);
  refuses(qcow2Sample(), "vmdk", /said to be vmdk, and it is qcow2/);
});

test("bytes that are nothing known are kept, and have no size for a guest", () => {
  for (const claimed of ["qcow2", "vmdk", "vhd", "vdi", "vhdx", "iso"])
    assert.equal(virtualBytes(Buffer.from("anything"), claimed), null);
});

test("a qcow2 image must stand alone", () => {
  refuses(qcow2Sample({ backingAt: 200n }), "qcow2", /backing file/);
  refuses(qcow2Sample({ incompatible: 4n }), "qcow2", /external data file/);
  refuses(qcow2Sample({ extension: 0x44415441 }), "qcow2", /external data file/);
  refuses(qcow2Sample({ incompatible: 1n << 40n }), "qcow2", /not known/);
  refuses(qcow2Sample({ version: 1 }), "qcow2", /version 1/);
});

test("a qcow2 image may not lie about its size", () => {
  refuses(qcow2Sample({ bytes: 1n << 60n }), "qcow2", /out of range|larger than its tables/);
  refuses(qcow2Sample({ bytes: 1n << 45n }), "qcow2", /larger than its tables/);
  refuses(qcow2Sample({ l1At: 1n << 40n }), "qcow2", /cut off/);
  refuses(qcow2Sample().subarray(0, 80), "qcow2", /cut off/);
});

test("a vmdk image must hold all that it is", () => {
  assert.equal(virtualBytes(vmdkSample({ type: "streamOptimized" }), "vmdk"), mib);
  refuses(vmdkSample({ type: "monolithicFlat" }), "vmdk", /createType monolithicFlat/);
  refuses(vmdkSample({ extent: 'RW 2048 FLAT "/etc/passwd" 0' }), "vmdk", /extent/);
  refuses(vmdkSample({ extent: 'RW 2048 SPARSE "/etc/passwd"' }), "vmdk", /path/);
  refuses(vmdkSample({ extent: 'RW 4096 SPARSE "disk.vmdk"' }), "vmdk", /two different sizes/);
  refuses(vmdkSample({ more: 'RW 2048 SPARSE "other.vmdk"' }), "vmdk", /exactly one extent/);
  refuses(vmdkSample({ more: 'parentFileNameHint="/base.vmdk"' }), "vmdk", /parent/);
  refuses(
    Buffer.from('# Disk DescriptorFile\ncreateType="monolithicFlat"\nRW 1 FLAT "/etc/shadow" 0\n'),
    "vmdk",
    /other files/,
  );
});

test("an image that depends on another one is refused", () => {
  refuses(vdiSample({ kind: 4 }), "vdi", /depends/);
  refuses(vhdSample({ kind: 4 }), "vhd", /depends/);
  refuses(vhdxSample({ flags: 2 }), "vhdx", /depends/);
});

test("bytes that are two things at once are refused", () => {
  const both = qcow2Sample();
  both.write("CD001", 0x8001, "latin1");
  refuses(both, "qcow2", /more than one format/);
  refuses(both, "iso", /more than one format/);
});

test("what shows itself at its start is refused before all of it has come", () => {
  const watch = new Watch("raw");
  assert.throws(() => watch.take(qcow2Sample()), { name: "Unsafe" });
});

test("bytes of chance are raw or refused, and never a crash", () => {
  for (const sample of [qcow2Sample(), vmdkSample(), vdiSample(), vhdSample(), vhdxSample(), luksSample()])
    for (let seed = 1; seed < 200; seed += 1) {
      const it = Buffer.from(sample);
      for (let i = 0, at = seed; i < 8; i += 1, at = (at * 48271) % 2147483647) it[8 + (at % 4000)] = at & 255;
      try {
        virtualBytes(it, "qcow2", 65536);
      } catch (why) {
        assert.equal((why as Error).name, "Unsafe");
      }
    }
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import { type Conversion, type ImageDriver, staging } from "#services/image/driver.ts";
import { fileImages } from "./driver.ts";
import { confine, ended } from "./sandbox.ts";

const mib = 2 ** 20;
const at = (key: string) => ({ store: staging, key });

const tools = ["/usr/bin/bwrap", "/usr/bin/qemu-img"].every((path) => existsSync(path));

describe("conversion", { skip: !tools }, () => {
  let dir: string;
  let driver: ImageDriver;
  const disk = Buffer.alloc(5 * mib, "the bytes of a disk, again and again; ").fill(0, mib, 3 * mib);
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-convert-"));
    driver = fileImages({ dir: join(dir, "store") });
    await writeFile(join(dir, "disk.raw"), disk);
  });
  after(() => rm(dir, { recursive: true }));

  /** The disk in another format, as qemu-img makes it, in the staging area. */
  async function stage(key: string, format: string, options: string[] = []): Promise<string> {
    const file = join(dir, `disk.${key}`);
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", format, ...options, join(dir, "disk.raw"), file]);
    await driver.put(at(key), createReadStream(file), { limitBytes: 2 ** 30 });
    return file;
  }
  const more: Conversion = { format: "raw", to: "raw", virtualBytes: disk.length, limitBytes: 2 ** 30 };
  async function converted(key: string, more: Conversion): Promise<Buffer> {
    const stored = await driver.convert(at(key), at(`${key}-new`), more);
    const bytes = await all(await driver.open(at(`${key}-new`)));
    assert.equal(stored.sizeBytes, bytes.length);
    return bytes;
  }

  const kinds = [
    ["qcow2", "qcow2", []],
    ["vmdk", "vmdk", []],
    ["vmdk", "vmdk", ["-o", "subformat=streamOptimized"]],
    ["vdi", "vdi", []],
    ["vhd", "vpc", ["-o", "force_size=on"]],
    ["vhd", "vpc", ["-o", "force_size=on,subformat=fixed"]],
    ["vhdx", "vhdx", []],
    ["ploop", "parallels", []],
  ] as const;
  kinds.forEach(([format, name, options], n) => {
    test(`of ${format} ${options.join(" ")} gives the disk again`, async () => {
      await stage(`k${n}`, name, [...options]);
      const told: number[] = [];
      const bytes = await converted(`k${n}`, { ...more, format, progress: (percent) => told.push(percent) });
      assert.ok(bytes.subarray(0, disk.length).equals(disk));
      assert.ok(bytes.subarray(disk.length).every((byte) => byte === 0));
      assert.equal(told.at(-1), 100);
      assert.deepEqual(
        told,
        [...told].sort((a, b) => a - b),
      );
    });
  });

  test("to qcow2 gives an image that stands alone", async () => {
    await stage("q", "vmdk");
    await converted("q", { ...more, format: "vmdk", to: "qcow2" });
    const path = await driver.locate(at("q-new"));
    const info = JSON.parse(
      execFileSync("qemu-img", ["info", "-f", "qcow2", "--output=json", path], { encoding: "utf8" }),
    );
    assert.equal(info["virtual-size"], disk.length);
    assert.equal(info["backing-filename"], undefined);
    const { mode, uid } = await stat(path);
    assert.deepEqual([mode & 0o777, uid], [0o444, process.getuid!()]);
  });

  test("reads no other file, whatever the image names", async () => {
    const secret = join(dir, "secret.raw");
    await writeFile(secret, Buffer.alloc(mib, "secret"), { mode: 0o644 });
    const flat = `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 2048 FLAT "${secret}" 0\n`;
    await driver.put(at("flat"), Readable.from([Buffer.from(flat)]), { limitBytes: mib });
    await assert.rejects(driver.convert(at("flat"), at("flat-new"), { ...more, format: "vmdk" }), Refused);
    const over = join(dir, "over.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", over]);
    await driver.put(at("over"), createReadStream(over), { limitBytes: mib });
    const bytes = await converted("over", { ...more, format: "qcow2" });
    assert.ok(bytes.every((byte) => byte === 0));
  });

  test("of bytes that are not what they are said to be is refused, and leaves nothing", async () => {
    await driver.put(at("odd"), Readable.from([Buffer.alloc(mib, 3)]), { limitBytes: mib });
    await assert.rejects(driver.convert(at("odd"), at("odd-new"), { ...more, format: "vdi" }), Refused);
    assert.equal((await readdir(join(dir, "store/staging"))).filter((name) => name.startsWith("odd-new")).length, 0);
  });

  test("may not write more than the disk has", async () => {
    await stage("big", "qcow2");
    const refusal = driver.convert(at("big"), at("big-new"), { ...more, format: "qcow2", virtualBytes: mib - 9 * mib });
    await assert.rejects(refusal, /more memory, time or room/);
  });

  test("has memory enough for all the threads that a tool makes", async () => {
    await stage("wide", "raw");
    const input = await driver.locate(at("wide"));
    const words = ["bench", "-c", "20000", "-d", "64", "-f", "raw", "-i", "threads", "/in"];
    await ended(confine({ subject: "wide", input, fileBytes: 0 }, "qemu-img", words));
  });

  test("ends when it is told to", async () => {
    await stage("late", "qcow2");
    const convert = (signal: AbortSignal) =>
      driver.convert(at("late"), at("late-new"), { ...more, format: "qcow2", signal });
    await assert.rejects(convert(AbortSignal.abort(new Error("enough"))), /enough/);
    for (let n = 0; n < 10; n += 1) {
      const stop = new AbortController();
      const work = convert(stop.signal);
      for (let turn = 0; turn < n * 3; turn += 1) await new Promise((then) => setImmediate(then));
      stop.abort(new Error("enough"));
      await assert.rejects(work, /enough/);
    }
    assert.equal((await driver.traces()).filter(({ key }) => key === "late-new").length, 0);
  });

  const ovf = (names: string[]) => `<Envelope>${names.map((name) => `<File ovf:href="${name}"/>`).join("")}</Envelope>`;
  async function appliance(key: string, disks: string[], told = disks) {
    const folder = await mkdtemp(join(dir, "ova-"));
    await writeFile(join(folder, "it.ovf"), ovf(told));
    for (const name of disks) await writeFile(join(folder, name), await readFile(join(dir, "disk.raw")));
    execFileSync("tar", ["-cf", join(dir, key), "-C", folder, "it.ovf", ...disks]);
    await driver.put(at(key), createReadStream(join(dir, key)), { limitBytes: 2 ** 30 });
  }

  test("the disk of an appliance comes out of it", async () => {
    await appliance("ova", ["disk-1.vmdk"]);
    const stored = await driver.unpack(at("ova"), at("ova-disk"), { limitBytes: 2 ** 30 });
    assert.deepEqual([stored.format, stored.sizeBytes], ["vmdk", disk.length]);
    assert.ok(disk.equals(await all(await driver.open(at("ova-disk")))));
  });

  test("an appliance without a disk, with two, or with one that it does not name is refused", async () => {
    const unpack = (key: string) => driver.unpack(at(key), at(`${key}-disk`), { limitBytes: 2 ** 30 });
    await appliance("none", []);
    await assert.rejects(unpack("none"), /this one has 0/);
    await appliance("two", ["a.vmdk", "b.vmdk"]);
    await assert.rejects(unpack("two"), /this one has 2/);
    await appliance("other", ["a.vmdk"], ["b.vmdk"]);
    await assert.rejects(unpack("other"), /this one has 0/);
    await driver.put(at("no-tar"), Readable.from([Buffer.alloc(mib, 1)]), { limitBytes: mib });
    await assert.rejects(unpack("no-tar"), Refused);
  });

  test("a disk that is larger than what is allowed is not unpacked", async () => {
    await appliance("large", ["a.vmdk"]);
    await assert.rejects(
      driver.unpack(at("large"), at("large-disk"), { limitBytes: mib }),
      /larger than what is allowed/,
    );
    assert.equal((await driver.traces()).filter(({ key }) => key === "large-disk").length, 0);
  });
});

async function all(bytes: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

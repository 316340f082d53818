import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileImages } from "#drivers/image/stores/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { vmdkSample } from "../inspect/samples.ts";
import { image } from "../service.ts";

const type = { "content-type": "application/octet-stream" };

const tools = ["/usr/bin/bwrap", "/usr/bin/qemu-img"].every((path) => existsSync(path));

describe("imports where images are kept as raw disks", { skip: !tools }, () => {
  let cloud: TestCloud;
  let dir: string;
  const disk = Buffer.alloc(3 * 2 ** 20, "the bytes of a disk; ");
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-import-"));
    await writeFile(join(dir, "disk"), disk);
    const drivers = { image: fileImages({ dir: join(dir, "store") }) };
    cloud = await testCloud({ services: [image], drivers, settings: { "image-convert-to": "raw" } });
  });
  after(async () => {
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  async function imported(bytes: Buffer, disk_format: string, container_format = "bare") {
    const { id } = (await cloud.call("POST", "/image/v2/images", { body: { disk_format, container_format } })).body;
    const at = `/image/v2/images/${id}`;
    assert.equal((await cloud.call("PUT", `${at}/stage`, { body: bytes, headers: type })).status, 204);
    const method = { name: "glance-direct" };
    assert.equal((await cloud.call("POST", `${at}/import`, { body: { method } })).status, 202);
    await until(async () => (await cloud.call("GET", at)).body.status !== "importing");
    await cloud.settle();
    return { at, it: (await cloud.call("GET", at)).body, tasks: (await cloud.call("GET", `${at}/tasks`)).body.tasks };
  }
  /** The sandbox takes its own time, whatever the cloud's clock says. */
  async function until(holds: () => Promise<boolean>) {
    while (!(await holds())) await new Promise((then) => setImmediate(then));
  }
  async function inFormat(format: string): Promise<Buffer> {
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", format, join(dir, "disk"), join(dir, format)]);
    return readFile(join(dir, format));
  }
  const sha512 = createHash("sha512").update(disk).digest("hex");

  test("a disk of another format becomes one", async () => {
    for (const format of ["qcow2", "vmdk", "vdi"]) {
      const { it, tasks } = await imported(await inFormat(format), format);
      assert.deepEqual([it.status, it.disk_format, it.size, it.os_hash_value], ["active", "raw", disk.length, sha512]);
      assert.equal(it.virtual_size, disk.length);
      assert.equal(tasks[0].status, "success");
    }
    assert.equal((await cloud.drivers.image.traces()).length, 1, "they are the same, and kept once");
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("an appliance becomes its disk", async () => {
    await writeFile(join(dir, "it.ovf"), '<Envelope><File ovf:href="disk.vmdk"/></Envelope>');
    await writeFile(join(dir, "disk.vmdk"), await inFormat("vmdk"));
    execFileSync("tar", ["-cf", join(dir, "it.ova"), "-C", dir, "it.ovf", "disk.vmdk"]);
    const { it, tasks } = await imported(await readFile(join(dir, "it.ova")), "vmdk", "ova");
    assert.deepEqual([it.status, it.container_format, it.disk_format], ["active", "bare", "raw"], tasks[0].message);
    assert.equal(it.os_hash_value, sha512);
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("what is a trap inside an appliance is refused, and the image can be imported anew", async () => {
    await writeFile(join(dir, "disk.vmdk"), vmdkSample({ extent: 'RW 2048 FLAT "/etc/passwd" 0' }));
    execFileSync("tar", ["-cf", join(dir, "bad.ova"), "-C", dir, "it.ovf", "disk.vmdk"]);
    const { at, it, tasks } = await imported(await readFile(join(dir, "bad.ova")), "vmdk", "ova");
    assert.equal(it.status, "uploading");
    assert.equal(tasks[0].status, "failure");
    assert.match(tasks[0].message, /vmdk extent .* is not allowed/);
    assert.deepEqual(await cloud.leftovers(), []);
    assert.equal((await cloud.call("DELETE", at)).status, 204);
    await cloud.settle();
    assert.deepEqual(await cloud.leftovers(), []);
  });

  test("what is no disk stays what it is", async () => {
    const { it } = await imported(Buffer.from("a kernel"), "aki", "aki");
    assert.deepEqual([it.status, it.disk_format, it.size], ["active", "aki", 8]);
  });
});

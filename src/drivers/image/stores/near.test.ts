import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { Refused } from "#platform/service/driver.ts";
import type { Store, Web } from "#services/image/driver.ts";
import { configuredImages } from "./configured.ts";
import { guestsOnImages, volumesFromImages } from "./consumers.ts";
import { imageStores, type NearImages } from "./driver.ts";
import { fileStore } from "./file.ts";
import type { ByteStore } from "./store.ts";

const disk = Buffer.alloc(2 ** 20, "a disk; ");

describe("images come near", () => {
  let dir: string;
  let images: NearImages;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-near-"));
    const options = { staging: join(dir, "staging"), near: join(dir, "near"), keepFreeBytes: 0 };
    images = imageStores({ ...options, stores: [far(join(dir, "far"))] });
    await writeFile(join(dir, "disk"), disk);
  });
  after(() => rm(dir, { recursive: true }));

  /** Files that hosts are told a URL of. */
  function far(folder: string): ByteStore {
    const about: Store = { id: "far", description: "", type: "s3", isDefault: true };
    const files = fileStore({ about, dir: folder, keepFreeBytes: 0 });
    const keyOf = (path: string) => (path.startsWith("far://") ? path.slice(6) : undefined);
    return { ...files, adopt: undefined, locate: async (key) => `far://${key}`, keyOf } as ByteStore;
  }
  async function keep(key: string, bytes: Buffer) {
    const { sha512 } = await images.put({ store: "far", key }, Readable.from([bytes]), { limitBytes: 2 ** 30 });
    return { path: await images.locate({ store: "far", key }), sha512 };
  }
  const nearby = () => readdir(join(dir, "near")).catch(() => []);

  test("from another store for as long as they are used, and as they were", async () => {
    const it = await keep("a", disk);
    const used = await images.near({ ...it, format: "raw" }, async ({ path, format }) => {
      assert.deepEqual([format, (await nearby()).length], ["raw", 1]);
      return readFile(path);
    });
    assert.ok(used.equals(disk));
    assert.deepEqual(await nearby(), []);
    await assert.rejects(
      images.near({ ...it, sha512: "other", format: "raw" }, async () => {}),
      Refused,
    );
    assert.deepEqual(await nearby(), []);
  });

  const tools = ["/usr/bin/bwrap", "/usr/bin/qemu-img"].every((path) => existsSync(path));

  test("converted, where no guest runs on their format", { skip: !tools }, async () => {
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "vdi", join(dir, "disk"), join(dir, "vdi")]);
    const it = await keep("b", await readFile(join(dir, "vdi")));
    const made: string[] = [];
    const guests = {
      async create(_: string, { root }: { root: { kind: "image"; image: { path: string; format: string } } }) {
        const info = execFileSync("qemu-img", ["info", "-f", root.image.format, "--output=json", root.image.path]);
        made.push(`${root.image.format} ${JSON.parse(String(info))["virtual-size"]}`);
      },
      async start(_: string, { root }: { root: { kind: "image"; image: { path: string; format: string } } }) {
        made.push(root.image.format);
      },
    };
    const guest = { root: { kind: "image" as const, image: { ...it, format: "vdi" } } };
    const on = guestsOnImages(guests, images.near);
    await on.create("host", guest);
    await on.start("host", guest);
    assert.deepEqual(made, [`qcow2 ${disk.length}`, "qcow2"]);
    const volumes = {
      create: async ({ source }: { source: { kind: "image"; path: string; format: string } }) =>
        void made.push(source.format),
    };
    await volumesFromImages(volumes, images.near).create({ source: { kind: "image", ...it, format: "vdi" } });
    assert.equal(made.at(-1), "qcow2");
    assert.deepEqual(await nearby(), []);
  });

  test("from the web, if it is known what was there and nothing else has taken its place", async () => {
    const path = "https://web.example/disk";
    const open: Web["open"] = async () => ({ bytes: Readable.from([disk]), sizeBytes: disk.length });
    const { near } = configuredImages(join(dir, "web"), {}, { judge() {}, open });
    const sha512 = createHash("sha512").update(disk).digest("hex");
    const used = await near({ path, sha512, format: "raw" }, (it) => readFile(it.path));
    assert.ok(used.equals(disk));
    const nothing = async () => {};
    await assert.rejects(near({ path, sha512: "other", format: "raw" }, nothing), /not what they were/);
    await assert.rejects(near({ path, sha512: "", format: "raw" }, nothing), /nowhere from where/);
    const offline = configuredImages(join(dir, "offline"), {}).near;
    await assert.rejects(offline({ path, sha512, format: "raw" }, nothing), /nowhere from where/);
    assert.deepEqual(await readdir(join(dir, "web/near")), []);
  });

  test("a file that is fit is used where it is", async () => {
    const path = join(dir, "disk");
    assert.equal(await images.near({ path, format: "raw" }, async (disk) => disk.path), path);
  });
});

test("the configuration names stores, and one default", async () => {
  const dir = await mkdtemp(join(tmpdir(), "crunch-stores-"));
  const fast = { id: "fast", type: "file", dir: join(dir, "fast"), default: true } as const;
  const { stores } = configuredImages(dir, { "image-stores": [fast, { id: "ceph", type: "rbd", pool: "images" }] });
  assert.deepEqual(
    stores.map(({ id, type, isDefault }) => [id, type, isDefault]),
    [
      ["file", "file", false],
      ["fast", "file", true],
      ["ceph", "rbd", false],
    ],
  );
  assert.throws(
    () => configuredImages(dir, { "image-stores": [fast, { ...fast, default: false }] }),
    /two stores fast/,
  );
  assert.throws(() => configuredImages(dir, { "image-stores": [fast, { ...fast, id: "b" }] }), /only one store/);
  await rm(dir, { recursive: true });
});

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { type CephOfTests, startCeph } from "#agent/ceph/ceph.testkit.ts";
import { imageDriverLaws } from "#services/image/driver.laws.ts";
import { imageStores } from "./driver.ts";
import { rbdStore } from "./rbd.ts";
import { s3Store } from "./s3.ts";
import type { ByteStore } from "./store.ts";

/** Half a minute and a gigabyte: `npm run ceph` asks for it. */
const asked = process.env.CRUNCH_TEST_CEPH === "yes";

describe("stores on a real Ceph", { skip: !asked }, () => {
  let ceph: CephOfTests;
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "crunch-stores-"));
    ceph = await startCeph();
  });
  after(async () => {
    await ceph?.stop();
    await rm(dir, { recursive: true, force: true });
  });
  const stores = (store: ByteStore) =>
    imageStores({ stores: [store], staging: join(dir, randomUUID()), near: join(dir, "near"), keepFreeBytes: 0 });
  const about = (type: "s3" | "rbd") => ({ id: type, description: type, type, isDefault: true }) as const;

  async function bucket(): Promise<ByteStore> {
    const { endpoint, accessKey, secretKey } = ceph.s3;
    const name = `b-${randomUUID()}`;
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    return s3Store({ about: about("s3"), bucket: name, prefix: "images/", region: "us-east-1", ...ceph.s3 });
  }
  async function pool(): Promise<ByteStore> {
    const store = rbdStore({ about: about("rbd"), pool: "rbd", conf: ceph.conf, user: "admin" });
    for (const { key } of await store.traces()) await store.delete(key);
    return store;
  }
  imageDriverLaws("S3", async () => stores(await bucket()));
  imageDriverLaws("RBD", async () => stores(await pool()));

  test("an image that has clones can be deleted; its blocks go when the last of those has gone", async () => {
    const store = await pool();
    const driver = stores(store);
    const at = { store: "rbd", key: randomUUID() };
    await driver.put(at, Readable.from([Buffer.alloc(2 ** 20, "a disk; ")]), { limitBytes: 2 ** 30 });
    await ceph.rbd("clone", "--rbd-default-clone-format", "2", `rbd/${at.key}@snap`, "rbd/volume-of-it");
    await driver.delete(at);
    await driver.delete(at);
    assert.deepEqual(await driver.traces(), [], "what is kept for a volume, and volumes, are no images");
    assert.equal((await trash()).length, 1);
    await ceph.rbd("export", "--no-progress", "rbd/volume-of-it", join(dir, "volume"));
    assert.equal((await readFile(join(dir, "volume"))).toString("latin1", 0, 8), "a disk; ");
    await ceph.rbd("rm", "--no-progress", "rbd/volume-of-it");
    assert.deepEqual(
      (await driver.traces()).map(({ key }) => key),
      [at.key],
    );
    await driver.delete(at);
    assert.deepEqual([await trash(), await driver.traces()], [[], []]);
  });
  const trash = async () => JSON.parse(await ceph.rbd("trash", "ls", "--format", "json", "rbd")) as unknown[];

  test("an object of several parts comes back whole", async () => {
    const driver = stores(await bucket());
    const bytes = Buffer.alloc(25 * 2 ** 20 + 17, "some bytes of an image, ");
    const at = { store: "s3", key: "large" };
    const stored = await driver.put(at, Readable.from([bytes]), { limitBytes: 2 ** 30 });
    assert.equal(stored.sizeBytes, bytes.length);
    const parts: Buffer[] = [];
    for await (const part of await driver.open(at)) parts.push(part as Buffer);
    assert.ok(bytes.equals(Buffer.concat(parts)));
  });
});

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { imageDriverLaws } from "#services/image/driver.laws.ts";
import { type Ceph, startCeph } from "./ceph.testkit.ts";
import { imageStores } from "./driver.ts";
import { rbdStore } from "./rbd.ts";
import { s3Store } from "./s3.ts";
import type { ByteStore } from "./store.ts";

/** Half a minute and a gigabyte: `npm run ceph` asks for it. */
const asked = process.env.CRUNCH_TEST_CEPH === "yes";

describe("stores on a real Ceph", { skip: !asked }, () => {
  let ceph: Ceph;
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

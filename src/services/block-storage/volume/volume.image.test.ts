import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { SimulatedBlockStorage } from "#drivers/block-storage/simulated/driver.ts";
import { type Call, type TestCloud, testCloud } from "#test/cloud.ts";

suite("volumes made from images", () => {
  let cloud: TestCloud;
  let imageId: string;
  before(async () => {
    cloud = await testCloud();
    imageId = await upload({ name: "disk", min_disk: 2, hw_disk_bus: "virtio" });
  });
  after(() => cloud.stop());

  const call = (method: string, path: string, more: Call = {}) =>
    cloud.call(method, `/volume/v3${path}`, { as: "demo", ...more });
  const create = (volume: object) => call("POST", "/volumes", { body: { volume } });
  const upload = async (more: object) => {
    const asked = { disk_format: "raw", container_format: "bare", visibility: "public", ...more };
    const { id } = (await cloud.call("POST", "/image/v2/images", { body: asked })).body;
    const headers = { "content-type": "application/octet-stream" };
    const put = await cloud.call("PUT", `/image/v2/images/${id}/file`, { body: Buffer.alloc(4096), headers });
    assert.equal(put.status, 204, put.text);
    return id as string;
  };

  test("a volume is bootable, remembers its image, and hands both on to its copies", async () => {
    const { volume } = (await create({ size: 2, imageRef: imageId })).body;
    await cloud.settle();
    const seen = (await call("GET", `/volumes/${volume.id}`)).body.volume;
    assert.deepEqual([seen.status, seen.bootable], ["available", "true"]);
    const { image_id, image_name, min_disk, hw_disk_bus } = seen.volume_image_metadata;
    assert.deepEqual([image_id, image_name, min_disk, hw_disk_bus], [imageId, "disk", "2", "virtio"]);
    const driver = cloud.drivers.blockStorage as unknown as SimulatedBlockStorage;
    assert.match(driver.volumes.get(volume.id)?.content ?? "", /^image /);
    const { snapshot } = (await call("POST", "/snapshots", { body: { snapshot: { volume_id: volume.id } } })).body;
    await cloud.settle();
    const copies = [
      (await create({ snapshot_id: snapshot.id })).body.volume.id,
      (await create({ source_volid: volume.id })).body.volume.id,
    ];
    await cloud.settle();
    for (const id of copies) {
      const copy = (await call("GET", `/volumes/${id}`)).body.volume;
      assert.deepEqual([copy.bootable, copy.volume_image_metadata.image_id], ["true", imageId]);
    }
  });

  test("a volume that is too small for its image, or whose image is not there, is refused", async () => {
    const small = await create({ size: 1, imageRef: imageId });
    assert.equal(small.status, 400);
    assert.match(small.body.badRequest.message, /Volume size 1GB cannot be smaller than the image minDisk size 2GB\.$/);
    const none = await create({ size: 1, imageRef: "00000000-0000-4000-8000-000000000000" });
    assert.equal(none.status, 400);
    const both = await create({ size: 2, imageRef: imageId, source_volid: "00000000-0000-4000-8000-000000000000" });
    assert.equal(both.status, 400);
  });
});

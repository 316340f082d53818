import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { simulatedImages } from "#drivers/image/simulated/driver.ts";
import { type TestCloud, testCloud } from "#test/cloud.ts";
import { image } from "../service.ts";

const bytes = { "content-type": "application/octet-stream" };

describe("identical data is stored once", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud({ services: [image], drivers: { image: simulatedImages() } });
  });
  after(() => cloud.stop());

  const stored = async () => (await cloud.drivers.image.traces()).length;
  async function make(text: string): Promise<string> {
    const body = { disk_format: "raw", container_format: "bare" };
    const { id } = (await cloud.call("POST", "/image/v2/images", { body })).body;
    const put = { body: Buffer.from(text), headers: bytes };
    assert.equal((await cloud.call("PUT", `/image/v2/images/${id}/file`, put)).status, 204);
    return id;
  }
  async function remove(id: string) {
    assert.equal((await cloud.call("DELETE", `/image/v2/images/${id}`)).status, 204);
  }

  test("two images with the same bytes have them in one place, until the last of them is deleted", async () => {
    const [one, other] = [await make("same"), await make("same")];
    await cloud.settle();
    assert.equal(await stored(), 1);
    await remove(one);
    await cloud.settle();
    assert.equal((await cloud.call("GET", `/image/v2/images/${other}/file`)).text, "same");
    await remove(other);
    await cloud.settle();
    assert.equal(await stored(), 0);
  });

  test("however many come and go at the same time, none loses its bytes and none are left over", async () => {
    const texts = ["a", "b", "c"];
    for (let round = 0; round < 6; round += 1) {
      const made = await Promise.all(Array.from({ length: 12 }, (_, n) => make(texts[n % 3]!)));
      const [going, staying] = [made.slice(0, 6), made.slice(6)];
      const [, late] = await Promise.all([Promise.all(going.map(remove)), Promise.all(texts.map(make))]);
      await cloud.settle();
      for (const id of [...staying, ...late])
        assert.match((await cloud.call("GET", `/image/v2/images/${id}/file`)).text, /^[abc]$/);
      assert.equal(await stored(), 3);
      assert.deepEqual(await cloud.leftovers(), []);
      await Promise.all([...staying, ...late].map(remove));
      await cloud.settle();
      assert.equal(await stored(), 0);
    }
  });
});

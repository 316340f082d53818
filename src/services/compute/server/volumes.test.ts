import assert from "node:assert/strict";
import { test } from "node:test";
import { ground } from "../ground.test.ts";

const version = "2.96";

test("a server boots from a volume that is made of an image, and the volume goes with it", async (t) => {
  const { cloud, driver, build, show, remove, imageId } = await ground(t);
  const root = { boot_index: 0, source_type: "image", uuid: imageId, destination_type: "volume", volume_size: 1 };
  const id = await build({ imageRef: undefined, block_device_mapping_v2: [{ ...root, delete_on_termination: true }] });
  for (let i = 0; i < 5 && (await show(id)).status === "BUILD"; i++) await cloud.later("10s");
  const it = await show(id);
  assert.equal(it.status, "ACTIVE", JSON.stringify(it.fault));
  assert.equal(it.image, "");
  const [{ id: volumeId }] = it["os-extended-volumes:volumes_attached"];
  assert.equal(driver.guests.get(id)?.guest.root.kind, "volume");
  const volume = await cloud.call("GET", `/volume/v3/volumes/${volumeId}`, { as: "demo" });
  assert.equal(volume.body.volume.status, "in-use", volume.text);
  await remove(id);
  for (let i = 0; i < 3; i++) await cloud.later("10s");
  assert.equal((await cloud.call("GET", `/volume/v3/volumes/${volumeId}`, { as: "demo" })).status, 404);
  assert.deepEqual(await cloud.leftovers(), []);
});

test("a volume beside the root is kept when its server goes, unless it was to go too", async (t) => {
  const { cloud, driver, build, show, remove, imageId } = await ground(t);
  const made = await cloud.call("POST", "/volume/v3/volumes", {
    as: "demo",
    body: { volume: { size: 1, name: "beside" } },
  });
  const volumeId = made.body.volume.id;
  await cloud.settle();
  const local = { boot_index: 0, source_type: "image", uuid: imageId, destination_type: "local" };
  const beside = { boot_index: -1, source_type: "volume", uuid: volumeId, destination_type: "volume" };
  const id = await build({ block_device_mapping_v2: [local, beside] });
  for (let i = 0; i < 5 && (await show(id)).status === "BUILD"; i++) await cloud.later("10s");
  const it = await show(id);
  assert.equal(it.status, "ACTIVE", JSON.stringify(it.fault));
  assert.deepEqual(it["os-extended-volumes:volumes_attached"], [{ id: volumeId, delete_on_termination: false }]);
  assert.deepEqual(
    driver.guests.get(id)?.guest.disks.map((disk) => disk.device),
    ["/dev/vdb"],
  );
  await remove(id);
  for (let i = 0; i < 3; i++) await cloud.later("10s");
  const volume = await cloud.call("GET", `/volume/v3/volumes/${volumeId}`, { as: "demo" });
  assert.equal(volume.body.volume.status, "available", volume.text);
});

test("disks that cannot be are refused with Nova's sentences", async (t) => {
  const { call, imageId } = await ground(t);
  const ask = async (server: object) =>
    (
      await call("POST", "/servers", {
        version,
        body: { server: { name: "x", flavorRef: "1", networks: "none", ...server } },
      })
    ).body.badRequest?.message;
  const image = { source_type: "image", uuid: imageId, destination_type: "volume" };
  assert.equal(await ask({}), "Missing imageRef attribute");
  assert.match(
    await ask({ block_device_mapping_v2: [{ ...image, boot_index: 0 }] }),
    /need to have a non-zero size specified$/,
  );
  assert.match(
    await ask({ block_device_mapping_v2: [{ ...image, boot_index: 1, volume_size: 1 }] }),
    /Boot sequence for the instance and image\/block device mapping combination is not valid\.$/,
  );
});

// A cloud with images and volumes in Ceph (CRUNCH_STATE, CEPH_CONF): a server boots from a clone that outlives its image.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { client, run } from "../client.ts";
import { until } from "../until.ts";

const state = process.env.CRUNCH_STATE ?? "/var/lib/crunch";
const crunch = new URL("../../bin/crunch", import.meta.url).pathname;
const os = await client(join(state, "openrc-demo"));
const rbd = async (...args: string[]) => (await run("rbd", ["--conf", process.env.CEPH_CONF ?? "", ...args])).out;
const json = async (...args: string[]) => JSON.parse(await rbd(...args, "--format", "json"));
const work = await mkdtemp(join(tmpdir(), "clone-"));
const say = (text: string) => console.log(`          ${text}`);

async function rawImage() {
  const [near, raw] = [join(work, "mini.qcow2"), join(work, "mini.raw")];
  await os.os("image", "save", "--file", near, "mini");
  await run("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", near, raw]);
  await run("truncate", ["--size=1G", raw]);
  await os.os("image", "create", "--disk-format", "raw", "--container-format", "bare", "--file", raw, "raw-mini");
}

async function rootVolume(): Promise<string> {
  const { id } = await os.json("volume", "create", "--size", "2", "--image", "raw-mini", "root");
  const show = () => os.json("volume", "show", "root");
  await until("the volume is available", 60, show, (it) => it.status === "available");
  const { parent } = await json("info", `volumes/volume-${id}`);
  assert.equal(parent.pool, "images", "the volume is a clone");
  const { images } = await json("du", `volumes/volume-${id}`);
  assert.equal(images[0].used_size, 0, "and has no bytes of its own");
  say("a volume of 2 GiB is a clone of an image in Ceph, and has no bytes");
  return id;
}

async function boot(name: string) {
  await os.os("server", "create", "--volume", "root", "--flavor", "m1.tiny", "--network", "private", "--wait", name);
  await until(
    "the server boots from the clone",
    240,
    () => os.os("console", "log", "show", name),
    (it) => /CLOUDINIT-DONE/.test(it),
  );
}

try {
  await rawImage();
  const id = await rootVolume();
  await boot("first");
  say("a server has booted from it");
  await os.os("server", "delete", "--wait", "first");
  await os.os("image", "delete", "raw-mini");
  await until(
    "the image is deleted and its blocks are kept for the clone",
    60,
    () => json("trash", "ls", "images"),
    (it) => it.length === 1,
  );
  await boot("second");
  const { images } = await json("du", `volumes/volume-${id}`);
  assert.ok(images[0].used_size > 0, "what the guest wrote is the volume's own");
  say("the image is deleted, and another server has booted from its clone");
  await os.os("server", "delete", "--wait", "second");
  await os.os("volume", "delete", "root");
  await until(
    "the volume is gone",
    120,
    () => os.json("volume", "list"),
    (it) => it.length === 0,
  );
  await until(
    "the image's blocks are gone",
    180,
    () => json("trash", "ls", "images"),
    (it) => it.length === 0,
  );
  await until(
    "nothing is left over",
    60,
    () => run(crunch, ["doctor", "--leftovers"], { mayFail: true }),
    (it) => it.code === 0,
  );
  say("the volume is deleted, and nothing is left of either");
} finally {
  await rm(work, { recursive: true, force: true });
}

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as pause, setImmediate as turnOfLoop } from "node:timers/promises";
import { guestUser } from "#agent/guest-user.ts";
import { layoutOf } from "#agent/guests/layout.ts";
import { withQmp } from "#agent/guests/plug.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { computeLaws } from "#services/compute/driver.laws.ts";
import type { ComputeDriver, Guest } from "#services/compute/driver.ts";
import { canRunGuests, type QemuGround, qemuGround } from "./ground.ts";
import { tinyGreeting } from "./tiny-guest.ts";

const here = "here";

if (canRunGuests()) {
  computeLaws("qemu", qemuGround);
  suite("qemu guests", { timeout: 120_000 }, guests);
}

function guests() {
  let ground: QemuGround;
  before(async () => {
    ground = await qemuGround();
  });
  after(() => ground.stop());
  const created = async (more: Partial<Guest> = {}) => {
    const guest = { ...(await ground.guest()), ...more };
    await ground.driver.create(here, guest);
    return guest;
  };

  test("a guest's process has its own user, no rights, no way to gain any, and a folder that nobody else may enter", async () => {
    const { id } = await created();
    const { uid } = guestUser(id);
    const status = readFileSync(`/proc/${await ground.pid(id)}/status`, "utf8");
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, "m"));
    for (const line of [/^CapBnd:\t0+$/m, /^CapEff:\t0+$/m, /^NoNewPrivs:\t1$/m, /^Seccomp:\t2$/m, /^Groups:\t\s*$/m])
      assert.match(status, line);
    const dir = join(ground.state, "guests", id);
    assert.equal((await stat(dir)).mode & 0o7777, 0o750);
    assert.deepEqual(await ownerAndMode(join(dir, "run")), [uid, 0o700]);
    assert.deepEqual(await ownerAndMode(join(dir, "root.qcow2")), [uid, 0o600]);
    assert.deepEqual(await ownerAndMode(join(dir, "guest.json")), [0, 0o600]);
  });

  test("what a guest writes on its serial console can be read", async () => {
    const { id } = await created();
    await ground.awake(id);
    assert.match(await ground.driver.console(here, id), new RegExp(tinyGreeting));
  });

  test("a new driver adopts the guests that run, and tells of those that stopped meanwhile", async () => {
    const [one, other] = [await created(), await created()];
    await ground.driver.close();
    await ground.crash(other.id);
    await untilOff(ground.driver, other.id);
    const driver = ground.again();
    const told: string[] = [];
    driver.watch(({ id }) => told.push(id));
    await driver.off(here, other.id);
    assert.deepEqual(told, [other.id]);
    assert.equal(await driver.power(here, one.id), "on");
    const stopped = new Promise((resolve) => driver.watch(({ id }) => resolve(id)));
    await ground.crash(one.id);
    assert.equal(await stopped, one.id);
  });

  test("an image that is gone harms no guest, and its copy goes with the last guest over it", async () => {
    const path = join(ground.state, "../other.raw");
    await writeFile(path, readFileSync(ground.image.path));
    const image = { ...ground.image, imageId: "11111111-2222-3333-4444-555555555555", path };
    const guest = await created({ root: { kind: "image", image } });
    await rm(path);
    await ground.driver.off(here, guest.id);
    await ground.driver.start(here, guest);
    const other = await created({ root: { kind: "image", image } });
    await ground.driver.destroy(here, guest.id);
    assert.equal((await copiesOf(ground, image.imageId)).length, 1);
    await ground.driver.destroy(here, other.id);
    assert.deepEqual(await copiesOf(ground, image.imageId), []);
  });

  test("an image that leads to another file, or is larger than the flavor's disk, is refused", async () => {
    const path = join(ground.state, "../trap.qcow2");
    await writeFile(path, qcow2Over("/etc/shadow"));
    const trap = { ...ground.image, imageId: "trap", format: "qcow2", path };
    const guest = { ...(await ground.guest()), root: { kind: "image", image: trap } } as const;
    await assert.rejects(
      ground.driver.create(here, guest),
      new Refused("Image trap is unacceptable: it has a backing file"),
    );
    await ground.driver.destroy(here, guest.id);
    assert.deepEqual(await copiesOf(ground, "trap"), []);
  });

  test("a guest whose volume nobody serves can be tried again, and one with a device that is not there cannot", async () => {
    const guest = await ground.guest();
    const lost = {
      volumeId: "lost",
      via: { kind: "nbd", socket: "/nowhere", export: "it" },
      device: "/dev/vdb",
    } as const;
    await assert.rejects(ground.driver.create(here, { ...guest, disks: [lost] }), Unavailable);
    const nic = { portId: "lost", mac: "fa:16:3e:00:00:01", device: "no-such-tap", mtu: 1500 };
    await assert.rejects(ground.driver.create(here, { ...guest, nics: [nic] }), Refused);
    await ground.driver.create(here, guest);
    await assert.rejects(ground.driver.attachDisk(here, guest.id, lost), Unavailable);
    await ground.driver.detachDisk(here, guest.id, "lost");
  });

  test("a program that is killed while it makes a guest leaves what a second call finishes, or removes", async () => {
    for (const wait of [0, 20, 40, 60, 80]) {
      const [kept, dropped] = [await ground.guest(), await ground.guest()];
      await killedWhileCreating(ground.state, [kept, dropped], wait);
      const driver = ground.again();
      await persist(() => driver.create(here, kept));
      assert.equal(await driver.power(here, kept.id), "on");
      for (const { id } of [dropped, kept]) await driver.destroy(here, id);
      const traces = (await driver.traces()).filter(({ subject }) => [kept.id, dropped.id].includes(subject));
      assert.deepEqual(traces, []);
      await driver.close();
    }
  });

  test("a disk that the guest holds on to is taken out by a later call, when the guest lets go", async () => {
    const guest = await created();
    const [disk, { commands }] = [await ground.disk(guest), layoutOf(ground.state).of(guest.id)];
    await ground.driver.attachDisk(here, guest.id, disk);
    await withQmp(commands, (qmp) => qmp.execute("stop"));
    const soon = AbortSignal.timeout(200);
    await assert.rejects(ground.driver.detachDisk(here, guest.id, disk.volumeId, soon), { name: "TimeoutError" });
    await withQmp(commands, (qmp) => qmp.execute("cont"));
    await ground.driver.detachDisk(here, guest.id, disk.volumeId);
  });

  test("the root disk may be a volume", async () => {
    const guest = await ground.guest();
    const disk = await ground.disk(guest);
    await ground.driver.create(here, { ...guest, root: { kind: "volume", disk } });
    assert.equal(await ground.driver.power(here, guest.id), "on");
  });
}

async function ownerAndMode(path: string): Promise<[number, number]> {
  const { uid, mode } = await stat(path);
  return [uid, mode & 0o7777];
}

async function copiesOf(ground: QemuGround, imageId: string): Promise<string[]> {
  return (await readdir(join(ground.state, "bases"))).filter((name) => name.startsWith(imageId));
}

async function untilOff(driver: ComputeDriver, id: string) {
  while ((await driver.power(here, id)) === "on") await turnOfLoop();
}

/** Another program with the same folder, killed so many milliseconds after it has begun. */
async function killedWhileCreating(stateDir: string, guests: Guest[], wait: number) {
  const code = `
    import { qemuCompute } from "#drivers/compute/qemu/driver.ts";
    const log = { info() {}, warn() {}, error() {} };
    const options = { stateDir: ${JSON.stringify(stateDir)}, host: "here", ip: "127.0.0.1", accelerator: "tcg", log };
    const driver = qemuCompute(options);
    console.log("begins");
    for (const guest of ${JSON.stringify(guests)}) driver.create("here", guest);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await pause(wait);
  child.kill("SIGKILL");
  await once(child, "close");
}

async function persist(work: () => Promise<void>) {
  for (;;) {
    try {
      return await work();
    } catch (why) {
      if (!(why instanceof Unavailable)) throw why;
    }
  }
}

/** An empty disk's header, with a backing file. */
function qcow2Over(path: string): Buffer {
  const header = Buffer.alloc(4 * 65536);
  header.write("QFI\xfb", 0, "latin1");
  header.writeUInt32BE(2, 4);
  header.writeBigUInt64BE(72n, 8);
  header.writeUInt32BE(path.length, 16);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(2n ** 20n, 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(65536n, 40);
  header.writeBigUInt64BE(2n * 65536n, 48);
  header.writeUInt32BE(1, 56);
  header.write(path, 72);
  return header;
}

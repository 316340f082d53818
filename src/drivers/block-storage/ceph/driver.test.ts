import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type CephOfTests, startCeph } from "#agent/ceph/ceph.testkit.ts";
import { guestUser } from "#agent/guest-user.ts";
import { io, read, write } from "#agent/volumes/bytes.testkit.ts";
import { findDaemon, startOwnDaemon } from "#agent/volumes/daemon.ts";
import { type ServedFiles, servedFiles } from "#agent/volumes/layout.ts";
import { newLog } from "#platform/log/log.ts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import { blockStorageLaws } from "#services/block-storage/driver.laws.ts";
import type { Connection } from "#services/block-storage/driver.ts";
import { keyOf, withDisk } from "./access.ts";
import { type CephVolumes, cephVolumes } from "./driver.ts";

/** A minute and a gigabyte: `npm run ceph` asks for it. */
const asked = process.env.CRUNCH_TEST_CEPH === "yes";
const run = promisify(execFile);
const log = newLog({ level: "silent" });

describe("volumes in a real Ceph", { skip: !asked }, () => {
  let ceph: CephOfTests;
  let root: string;
  let keyring: string;
  let driver: CephVolumes;
  const host = "here";
  const dir = () => join(root, "v");
  const anew = () => cephVolumes({ dir: dir(), log, pool: "volumes", conf: ceph.conf, user: "volumes", keyring });
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "crunch-volumes-"));
    await chmod(root, 0o755);
    ceph = await startCeph();
    for (const pool of ["images", "volumes"]) await ceph.addPool(pool);
    keyring = await ceph.addUser("volumes", "volumes", "images");
    driver = anew();
  });
  after(async () => {
    await driver?.stopServing();
    await ceph?.stop();
    await rm(root, { recursive: true, force: true });
  });

  blockStorageLaws("Ceph", async () => ({
    driver,
    host,
    bytes: { write, read },
    image: (text) => imageFile(text),
    crash: (id) => crash(id),
    restarted: anew,
    stop: async () => {},
  }));

  test("a volume of an image in that Ceph is a clone, and has no bytes", async (context) => {
    const image = await imageInCeph("boot");
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const id = ids[0]!;
    assert.equal(await driver.takes(image), true);
    assert.equal(await driver.takes({ ...image, format: "qcow2" }), false);
    assert.equal(await driver.takes({ ...image, path: image.path.replace(/\/\/[^/]+/, `//${randomUUID()}`) }), false);
    const took: number[] = [];
    for (const id of ids) {
      const began = performance.now();
      await driver.create({ id, gib: 2, source: image });
      took.push(Math.round(performance.now() - began));
    }
    context.diagnostic(`clones of 1 GiB in ${took.join(", ")} ms`);
    const { parent } = JSON.parse(await ceph.rbd("info", "--format", "json", `volumes/volume-${id}`));
    assert.deepEqual([parent.pool, parent.image, parent.snapshot], ["images", image.key, "snap"]);
    assert.equal(await used(id), 0);
    assert.equal(await onVolume(id, (it) => read(it, 4)), "boot");
    await onVolume(id, (it) => write(it, "mine"));
    assert.ok((await used(id)) <= 2 ** 22);
    assert.equal(await onVolume(id, (it) => read(it, 4)), "mine");
    await assert.rejects(driver.create({ id: randomUUID(), gib: 0, source: image }), /virtual size is 1GB/);
    for (const id of ids) await driver.delete(id);
  });

  test("what others are clones of can be deleted, and its blocks go with the last of them", async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await driver.create({ id: first, gib: 1, source: null });
    await onVolume(first, (it) => write(it, "line"));
    await driver.create({ id: second, gib: 1, source: { kind: "volume", volumeId: first } });
    const snapshotId = randomUUID();
    await driver.snapshot(second, snapshotId);
    await driver.create({ id: third, gib: 1, source: { kind: "snapshot", volumeId: second, snapshotId } });
    await driver.delete(first);
    await driver.deleteSnapshot(second, snapshotId);
    await driver.delete(second);
    assert.deepEqual(
      (await driver.traces()).map(({ subject }) => subject),
      [third],
    );
    assert.equal((await trash()).length, 2);
    assert.equal(await onVolume(third, (it) => read(it, 4)), "line");
    await driver.delete(third);
    assert.deepEqual([await trash(), await driver.traces()], [[], []]);
  });

  test("a chain of clones does not get long", async () => {
    const ids = [randomUUID()];
    await driver.create({ id: ids[0]!, gib: 1, source: null });
    for (let n = 0; n < 6; n++) {
      ids.push(randomUUID());
      await driver.create({ id: ids.at(-1)!, gib: 1, source: { kind: "volume", volumeId: ids.at(-2)! } });
    }
    const parents = await Promise.all(ids.map(async (id) => (await infoOf(id)).parent !== undefined));
    assert.deepEqual(parents, [false, true, true, true, true, true, false]);
    for (const id of ids) await driver.delete(id);
    assert.deepEqual([await trash(), await driver.traces()], [[], []]);
  });

  test("a volume grows while it is connected", async () => {
    const [id, server] = [randomUUID(), randomUUID()];
    await driver.create({ id, gib: 1, source: null });
    await write(await driver.connect(id, host, server), "kept");
    await driver.extend(id, 2);
    await driver.disconnect(id, host, server);
    const said = await onVolume(id, (it) => io(it, "length"));
    assert.match(said, /^2 GiB/m);
    assert.equal(await onVolume(id, (it) => read(it, 4)), "kept");
    await driver.delete(id);
  });

  test("who serves a volume behind our back is shut out, and what it writes is lost on it alone", async () => {
    const [id, server] = [randomUUID(), randomUUID()];
    await driver.create({ id, gib: 1, source: null });
    const other = cephVolumes({
      dir: join(root, "o"),
      log,
      pool: "volumes",
      conf: ceph.conf,
      user: "volumes",
      keyring,
    });
    const stale = await other.connect(id, "there", server);
    await write(stale, "then");
    const connection = await driver.connect(id, host, server);
    await write(connection, "now!");
    await assert.rejects(write(stale, "late"));
    assert.equal(await read(connection, 4), "now!");
    await driver.disconnect(id, host, server);
    await other.stopServing();
    await driver.delete(id);
  });

  test("the key stays with the daemon: nobody else's process and no file has it", async () => {
    const [id, server] = [randomUUID(), randomUUID()];
    await driver.create({ id, gib: 1, source: null });
    const connection = await driver.connect(id, host, server);
    assert.equal(connection.kind, "nbd");
    const files = servedFiles(dir(), id);
    const pid = findDaemon(files);
    const key = keyOf(await readFile(keyring, "utf8"), "volumes", keyring);
    assert.ok(!(await readFile(`/proc/${pid}/cmdline`, "utf8")).includes(key));
    assert.deepEqual((await readdir(files.dir)).sort(), ["run"]);
    assert.deepEqual((await readdir(files.run)).sort(), ["guest", "nbd.sock", "pid", "qmp.sock"]);
    const socket = await stat(files.nbd);
    assert.deepEqual([socket.uid, socket.mode & 0o777], [guestUser(server).uid, 0o600]);
    assert.equal((await stat(`/proc/${pid}`)).uid, files.user.uid);
    assert.notEqual(files.user.uid, guestUser(server).uid);
    await driver.disconnect(id, host, server);
    await driver.delete(id);
  });

  test("an image that names another file is refused, and leaves nothing", async () => {
    const secret = await imageFile("secret");
    const path = join(root, "trap.qcow2");
    await run("qemu-img", ["create", "-q", "-f", "qcow2", "-b", secret.path, "-F", "raw", path]);
    await chmod(path, 0o444);
    const id = randomUUID();
    await assert.rejects(driver.create({ id, gib: 1, source: { kind: "image", path, format: "qcow2" } }), Refused);
    await driver.delete(id);
    assert.deepEqual(await driver.traces(), []);
  });

  test("a Ceph that does not answer is Unavailable within its deadline, and leaves no process", {
    timeout: 180_000,
  }, async () => {
    const [id, server] = [randomUUID(), randomUUID()];
    await driver.create({ id, gib: 1, source: null });
    const unborn = servedFiles(dir(), randomUUID());
    const began = performance.now();
    ceph.hang();
    try {
      await Promise.all([
        assert.rejects(driver.connect(id, host, server), Unavailable),
        assert.rejects(driver.create({ id: randomUUID(), gib: 1, source: null }), Unavailable),
        assert.rejects(hungDaemon(unborn, id), Unavailable),
      ]);
    } finally {
      ceph.resume();
    }
    assert.ok(performance.now() - began < 70_000);
    assert.deepEqual(await driver.served(), []);
    await assert.rejects(run("pgrep", ["-f", unborn.pid]), { code: 1 });
    await driver.delete(id);
  });

  /** A daemon that starts while Ceph answers its questions no more. */
  function hungDaemon(files: ServedFiles, volumeId: string) {
    const access = { conf: ceph.conf, user: "volumes", keyring, pool: "volumes" };
    return withDisk(files, access, `volume-${volumeId}`, (disk) => startOwnDaemon(files, disk));
  }

  async function imageInCeph(text: string) {
    const { path } = await imageFile(text);
    const key = randomUUID();
    await ceph.rbd("import", "--no-progress", path, `images/${key}`);
    await ceph.rbd("snap", "create", "--no-progress", `images/${key}@snap`);
    await ceph.rbd("snap", "protect", `images/${key}@snap`);
    const fsid = (await ceph.ceph("fsid")).trim();
    return { kind: "image", path: `rbd://${fsid}/images/${key}/snap`, format: "raw", key } as const;
  }

  async function imageFile(text: string) {
    const path = join(root, `${randomUUID()}.raw`);
    await writeFile(path, text.padEnd(4096, "\0"), { mode: 0o444 });
    await run("truncate", ["--size=1G", path]);
    return { kind: "image", path, format: "raw" } as const;
  }

  async function onVolume<T>(id: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const server = randomUUID();
    const connection = await driver.connect(id, host, server);
    return work(connection).finally(() => driver.disconnect(id, host, server));
  }

  async function crash(id: string) {
    const files = servedFiles(dir(), id);
    const pid = findDaemon(files);
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    while (findDaemon(files) !== undefined) await new Promise(setImmediate);
  }

  const infoOf = async (id: string) => JSON.parse(await ceph.rbd("info", "--format", "json", `volumes/volume-${id}`));
  const trash = async () => JSON.parse(await ceph.rbd("trash", "ls", "--format", "json", "volumes")) as unknown[];
  const used = async (id: string): Promise<number> =>
    JSON.parse(await ceph.rbd("du", "--format", "json", `volumes/volume-${id}`)).images[0].used_size;
});

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { guestUser } from "#agent/guest-user.ts";
import { read, write } from "#agent/volumes/bytes.testkit.ts";
import { findDaemon } from "#agent/volumes/daemon.ts";
import { privileged } from "#agent/volumes/tools.ts";
import { newLog } from "#platform/log/log.ts";
import { Refused } from "#platform/service/driver.ts";
import { blockStorageLaws } from "#services/block-storage/driver.laws.ts";
import { type FileVolumes, fileVolumes } from "./driver.ts";
import { filesOf } from "./layout.ts";

const run = promisify(execFile);
const log = newLog({ level: "silent" });
const installed = ["qemu-img", "qemu-io", "qemu-storage-daemon"].every(
  (it) => spawnSync(it, ["--version"]).status === 0,
);

if (installed)
  blockStorageLaws("file", async () => {
    const { dir, driver, stop } = await volumes();
    return {
      driver,
      host: "here",
      bytes: { write, read },
      image: (text) => image(dir, text),
      crash: (id) => crash(dir, id),
      restarted: () => fileVolumes({ dir, log }),
      stop,
    };
  });

suite("volumes as files", { skip: !installed }, () => {
  test("only the guest's user may open the socket, and only the volume's the disk", { skip: !privileged }, async () => {
    const { dir, driver, stop } = await volumes();
    const [id, server] = [randomUUID(), randomUUID()];
    await driver.create({ id, gib: 1, source: null });
    const { kind, ...where } = await driver.connect(id, "here", server);
    assert.equal(kind, "nbd");
    const { nbd, disk, user } = filesOf(dir, id);
    assert.deepEqual(where, { socket: nbd, export: "volume" });
    const [socket, file] = [await stat(nbd), await stat(disk)];
    assert.deepEqual([socket.uid, socket.mode & 0o777], [guestUser(server).uid, 0o600]);
    assert.deepEqual([file.uid, file.mode & 0o777], [user.uid, 0o600]);
    assert.equal((await stat(`/proc/${findDaemon(filesOf(dir, id))}`)).uid, user.uid);
    await mayOpen(nbd, guestUser(server).uid);
    await assert.rejects(mayOpen(nbd, guestUser(randomUUID()).uid), /Permission denied/);
    await stop();
  });

  test("an image that names another file is refused, and leaves nothing", async () => {
    const { dir, driver, stop } = await volumes();
    const secret = await image(dir, "secret");
    const path = join(dir, "..", "trap.qcow2");
    await run("qemu-img", ["create", "-q", "-f", "qcow2", "-b", secret.path, "-F", "raw", path]);
    await chmod(path, 0o444);
    const id = randomUUID();
    const source = { kind: "image", path, format: "qcow2" } as const;
    await assert.rejects(driver.create({ id, gib: 1, source }), Refused);
    const raw = { ...source, format: "parallels" };
    await assert.rejects(driver.create({ id, gib: 1, source: raw }), Refused);
    await driver.delete(id);
    assert.deepEqual(await driver.traces(), []);
    await stop();
  });

  test("an image that is larger than the volume is refused", async () => {
    const { dir, driver, stop } = await volumes();
    const path = join(dir, "..", "large.qcow2");
    await run("qemu-img", ["create", "-q", "-f", "qcow2", path, "5G"]);
    await chmod(path, 0o444);
    const source = { kind: "image", path, format: "qcow2" } as const;
    await assert.rejects(driver.create({ id: randomUUID(), gib: 2, source }), /virtual size is 5GB/);
    await stop();
  });
});

async function volumes(): Promise<{ dir: string; driver: FileVolumes; stop(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "volumes-"));
  await chmod(root, 0o755);
  const dir = join(root, "v");
  const driver = fileVolumes({ dir, log });
  const stop = async () => {
    await driver.stopServing();
    await rm(root, { recursive: true, force: true });
  };
  return { dir, driver, stop };
}

async function image(dir: string, text: string) {
  const path = join(dir, "..", `${randomUUID()}.raw`);
  await writeFile(path, text.padEnd(4096, "\0"), { mode: 0o444 });
  await run("truncate", ["--size=1G", path]);
  return { kind: "image", path, format: "raw" } as const;
}

async function crash(dir: string, id: string) {
  const files = filesOf(dir, id);
  const pid = findDaemon(files);
  assert.ok(pid);
  process.kill(pid, "SIGKILL");
  while (findDaemon(files) !== undefined) await new Promise(setImmediate);
}

/** Opens the volume as this user. */
async function mayOpen(socket: string, uid: number): Promise<void> {
  const target = `driver=nbd,server.type=unix,server.path=${socket},export=volume`;
  const as = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
  await run("setpriv", [...as, "qemu-io", "--image-opts", target, "-c", "length"]);
}

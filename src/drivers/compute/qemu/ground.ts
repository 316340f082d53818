import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { guestUser } from "#agent/guest-user.ts";
import { newLog } from "#platform/log/log.ts";
import type { Ground } from "#services/compute/driver.laws.ts";
import type { Guest, GuestDisk, GuestImage, GuestNic } from "#services/compute/driver.ts";
import { type QemuCompute, qemuCompute } from "./driver.ts";
import { tinyDisk, tinyGreeting } from "./tiny-guest.ts";

export interface QemuGround extends Ground {
  readonly driver: QemuCompute;
  readonly state: string;
  readonly image: GuestImage;
  /** A new driver for what another one has left running. */
  again(): QemuCompute;
  pid(id: string): Promise<number | undefined>;
}

/** A folder with real, tiny guests, their taps and their volumes. */
export async function qemuGround(): Promise<QemuGround> {
  const folder = await mkdtemp(join(tmpdir(), "guests-"));
  await chmod(folder, 0o711);
  const [state, taps, servers] = [join(folder, "compute"), [] as string[], [] as ChildProcess[]];
  const drivers: QemuCompute[] = [];
  const image = await tinyImage(folder);
  const again = () => {
    const log = newLog({ level: "silent" });
    const driver = qemuCompute({ stateDir: state, host: "here", ip: "127.0.0.1", log, accelerator: "tcg" });
    drivers.push(driver);
    return driver;
  };
  const driver = again();
  const pid = async (id: string) => {
    const trace = (await driver.traces()).find((it) => it.kind === "qemu process" && it.subject === id);
    return trace && Number(trace.where);
  };
  return {
    ...{ driver, state, image, again, pid, host: "here" },
    guest: async () => tinyGuest(image),
    disk: async (guest) => serveVolume(folder, guest, servers),
    nic: async (guest) => makeTap(guest, taps),
    awake: async (id) => {
      while (!(await driver.console("here", id)).includes(tinyGreeting)) await turnOfLoop();
    },
    crash: async (id) => void process.kill((await pid(id))!, "SIGKILL"),
    async stop() {
      for (const { id } of await driver.list("here")) await driver.destroy("here", id);
      for (const it of drivers) await it.close();
      for (const server of servers) server.kill();
      for (const tap of taps) execFileSync("ip", ["link", "delete", tap]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Whether this machine can run guests: root's rights, QEMU, taps. */
export function canRunGuests(): boolean {
  try {
    for (const program of ["qemu-system-x86_64", "qemu-nbd", "setpriv", "genisoimage"])
      execFileSync("which", [program], { stdio: "ignore" });
    execFileSync("test", ["-w", "/dev/net/tun"]);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

async function tinyImage(folder: string): Promise<GuestImage> {
  const path = join(folder, "tiny.raw");
  await writeFile(path, tinyDisk());
  return { imageId: randomUUID(), format: "raw", path, sha512: randomBytes(64).toString("hex") };
}

function tinyGuest(image: GuestImage): Guest {
  const root = { kind: "image", image } as const;
  const rest = { nics: [], disks: [], configDrive: { "openstack/latest/meta_data.json": "{}" } };
  return { id: randomUUID(), name: "tiny", vcpus: 1, memoryMib: 32, diskGib: 1, root, ...rest };
}

async function serveVolume(folder: string, guest: Guest, servers: ChildProcess[]): Promise<GuestDisk> {
  const volumeId = randomUUID();
  const { uid, gid } = guestUser(guest.id);
  const [own, file] = [join(folder, volumeId.slice(0, 8)), join(folder, `${volumeId}.raw`)];
  await writeFile(file, Buffer.alloc(2 ** 20), { mode: 0o600 });
  await chown(file, uid, gid);
  execFileSync("install", ["-d", "-m", "700", "-o", String(uid), "-g", String(gid), own]);
  const socket = join(own, "nbd");
  const as = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "qemu-nbd"];
  const how = ["--persistent", "--shared=4", "-f", "raw", "-k", socket, "-x", "it"];
  servers.push(spawn("setpriv", [...as, ...how, file]));
  while (!existsSync(socket)) await turnOfLoop();
  return { volumeId, via: { kind: "nbd", socket, export: "it" }, device: "/dev/vdb" };
}

async function makeTap(guest: Guest, taps: string[]): Promise<GuestNic> {
  const portId = randomUUID();
  const device = `tap${portId.slice(0, 11)}`;
  execFileSync("ip", ["tuntap", "add", "dev", device, "mode", "tap", "user", String(guestUser(guest.id).uid)]);
  taps.push(device);
  return { portId, mac: `fa:16:3e:${randomBytes(3).toString("hex").match(/../g)!.join(":")}`, device, mtu: 1442 };
}

import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { run } from "../client.ts";
import { untilAgain as until } from "../until.ts";
import type { Cloud } from "./cloud.ts";
import { answers, clearAll, deviceOf, draft, type Ground, inGuest, server, serverIs, volume } from "./ground.ts";
import { bootWithData } from "./guest.ts";
import { dropDevices, lines, mount } from "./place.ts";
import type { Report } from "./report.ts";

/**
 * The power goes in the middle of work: what had not reached the disk is lost, with every process and device. The disk as it
 * was at that instant is mounted again, and the program starts on it.
 */
export async function losePower(cloud: Cloud, ground: Ground, { pass }: Report) {
  const { id: guest, address, data, device } = await bootWithData(cloud, ground, "survivor");
  const wrote = await inGuest(
    ground,
    address,
    `echo kept-through-the-night | sudo dd of=${device} bs=512 conv=sync,fsync`,
  );
  if (wrote.code !== 0) throw new Error(wrote.err);
  const { server: asked } = await cloud.must("POST", "/compute/v2.1/servers", draft(ground, "halfway"));
  const { volume: begun } = await cloud.must("POST", "/volume/v3/volumes", { volume: { size: 1, name: "halfway" } });
  await cutPower(cloud);
  await cloud.start();
  await cloud.calm(240);
  pass("host", "the power was cut: the program is back, and nothing is in motion");
  await settled(cloud, asked.id, begun.id);
  await serverIs(cloud, guest, "SHUTOFF", 90);
  await cloud.must("POST", `/compute/v2.1/servers/${guest}/action`, { "os-start": null });
  await serverIs(cloud, guest, "ACTIVE");
  await answers(ground, address, 150);
  const again = await deviceOf(ground, address, data);
  const { out } = await inGuest(ground, address, `sudo head -c 22 ${again}`);
  if (out.trim() !== "kept-through-the-night") throw new Error(`the volume has lost what was written: ${out}`);
  await clearAll(cloud);
  pass(
    "host",
    "the power was cut: what was acknowledged is there, guests start, volumes have their data, nothing is left over",
  );
}

async function settled(cloud: Cloud, serverId: string, volumeId: string) {
  const it = await server(cloud, serverId);
  if (!["ACTIVE", "SHUTOFF"].includes(it.status) && !it.fault?.message) throw new Error(`the server is ${it.status}`);
  const { status } = await volume(cloud, volumeId);
  if (status !== "available") throw new Error(`the volume whose creation was cut is ${status}`);
}

async function cutPower({ place, pid, kill }: Cloud) {
  const { state, disk } = place;
  const program = pid();
  const all = await family([...(program ? [program] : []), ...(await lines(state)).map((it) => it.pid)]);
  for (const one of all) process.kill(one, "SIGSTOP");
  await copyDisk(disk);
  for (const one of all) process.kill(one, "SIGKILL");
  await kill();
  await until(
    "nothing uses the disk",
    30,
    () => run("umount", [state], { mayFail: true }),
    (it) => it.code === 0,
  );
  await dropDevices();
  await rename(`${disk}.then`, disk);
  await mount(disk, state);
}

/** The disk of one instant: copied again when it changed meanwhile. */
async function copyDisk(disk: string) {
  await rm(`${disk}.then`, { force: true });
  await until(
    "the disk stands still",
    60,
    async () => {
      const before = (await stat(disk)).mtimeMs;
      await run("cp", ["--sparse=always", disk, `${disk}.then`]);
      return (await stat(disk)).mtimeMs === before;
    },
    (same) => same,
  );
}

/** Processes and all that descends from them. */
async function family(roots: readonly number[]): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const found = new Set(roots);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

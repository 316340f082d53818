import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { type Cloud, discard, startCloud, until } from "../cloud.ts";
import { family } from "../machine.ts";

/** From POST to the guest's first line on its console, beside the same QEMU command line started by hand. */
export async function guest(bench: Bench): Promise<void> {
  if (process.getuid?.() !== 0) return bench.say("only root starts real guests: left out");
  const dir = "/tmp/cb";
  await discard(dir);
  await keepImage(kept, join(dir, "build/mini.qcow2"));
  const env = { CRUNCH_PREFIX: "bench", CRUNCH_EXTERNAL: "172.24.8.1/24" };
  const cloud = await startCloud({ dir, port: 17000, env });
  try {
    bench.row({ what: "seconds to /readyz", at: "first start, real", value: cloud.readyAfter, unit: "s", more: false });
    await measure(bench, cloud, dir);
    await keepImage(join(dir, "build/mini.qcow2"), kept);
  } finally {
    await cloud.stop();
    const child = spawn("node", [join(import.meta.dirname, "../../src/main.ts"), "reset", "--yes", "--state", dir], {
      env: { ...process.env, ...env, PATH: `${join(process.execPath, "..")}:${process.env.PATH}` },
      stdio: "ignore",
    });
    await new Promise((then) => child.once("exit", then));
    await discard(dir);
  }
}

/** The guest image takes a minute to build and is not what is measured here. */
const kept = join(tmpdir(), "crunch-bench-mini.qcow2");

async function keepImage(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o711 });
  await copyFile(from, to);
}

async function measure(bench: Bench, cloud: Cloud, dir: string): Promise<void> {
  const { token } = await cloud.login("demo");
  const { images } = await cloud.call("GET", "/image/v2/images?status=active", { token });
  const server = { name: "g", imageRef: images[0].id, flavorRef: "1", networks: "none" };
  let seen = false;
  for (const at of ["the image is new to the host", "the image is there"]) {
    const began = performance.now();
    const { id } = (
      await cloud.call("POST", "/compute/v2.1/servers", {
        token,
        body: { server },
        headers: { "openstack-api-version": "compute 2.96" },
      })
    ).server;
    const log = join(dir, "compute/guests", id, "run/console.log");
    await firstLine(log);
    const ours = performance.now() - began;
    const words = commandOf(cloud.pid, id);
    await until("the server is ACTIVE", () => has(cloud, token, id, "ACTIVE"));
    if (!seen) firstActive(bench, cloud);
    seen = true;
    await cloud.call("POST", `/compute/v2.1/servers/${id}/action`, { token, body: { "os-stop": null } });
    await until("the server is off", () => has(cloud, token, id, "SHUTOFF"));
    freshDisk(words);
    const plain = await byHand(words, log);
    await cloud.call("DELETE", `/compute/v2.1/servers/${id}`, { token });
    bench.row({
      what: "POST server to the first console line",
      at,
      value: ours / 1000,
      unit: "s",
      more: false,
      beside: { what: "the same command line by hand", value: plain / 1000 },
      aim: { against: "beside", of: 2 },
    });
    const more = { what: "what that takes beyond QEMU's own start", at, value: (ours - plain) / 1000 };
    bench.row({ ...more, unit: "s", more: false, aim: { against: "value", of: 1 } });
    await pause(1000);
  }
}

/** From the start of the process; the guest image was there. */
function firstActive(bench: Bench, { began }: Cloud): void {
  const value = (performance.now() - began) / 1000;
  bench.row({ what: "seconds to the first ACTIVE server", at: "first start, real", value, unit: "s", more: false });
}

async function has(cloud: Cloud, token: string, id: string, status: string): Promise<boolean> {
  const { server } = await cloud.call("GET", `/compute/v2.1/servers/${id}`, { token });
  if (server.status === "ERROR") throw new Error(server.fault?.message ?? "the server failed");
  return server.status === status;
}

function firstLine(log: string): Promise<void> {
  const size = async () => (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0 && readFileSync(log).includes(10);
  return until("a line on the console", size, 120_000, 2);
}

/** QEMU's words, from the guest's process (it belongs to nobody: guests outlive the program). */
function commandOf(_cloud: number, id: string): string[] {
  const found = family(1).find((it) => it.name.startsWith("qemu-system") && words(it.pid).some((w) => w.includes(id)));
  if (!found) throw new Error("the guest's process was not found");
  return words(found.pid);
}

function words(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
}

/** What the guest did to its disk when it booted first (it makes its file system as large as the disk) is to be done again. */
function freshDisk(words: readonly string[]): void {
  const disks = words.filter((word) => word.startsWith("{")).map((word) => JSON.parse(word));
  const { filename } = disks.find((it) => it["node-name"] === "root-file");
  const info = execFileSync("qemu-img", ["info", "--output=json", filename], { encoding: "utf8" });
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", filename, String(JSON.parse(info)["virtual-size"])]);
}

async function byHand([program, ...rest]: readonly string[], log: string): Promise<number> {
  rmSync(log, { force: true });
  const began = performance.now();
  const child = spawn(program!, rest, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => (said += String(text)));
  const died = new Promise<never>((_, fail) => child.once("exit", () => fail(new Error(`QEMU by hand: ${said}`))));
  try {
    await Promise.race([firstLine(log), died]);
    return performance.now() - began;
  } finally {
    died.catch(() => {});
    child.kill("SIGKILL");
  }
}

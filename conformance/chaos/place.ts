import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../client.ts";

export const home = fileURLToPath(new URL("../..", import.meta.url));

/** Where a cloud of its own lives: names and addresses that no other cloud on this host has, and a disk that can be full. */
export interface Place {
  /** The state folder: the whole of a small file system of its own. */
  readonly state: string;
  /** The file that this file system lies in. */
  readonly disk: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

export const prefix = process.env.CRUNCH_PREFIX ?? "chaos";
const bytes = 6 * 2 ** 30;

export async function makePlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), "chaos-"));
  const [state, disk] = [join(dir, "s"), join(dir, "disk")];
  await run("chmod", ["755", dir]);
  await mkdir(state);
  await run("truncate", ["-s", String(bytes), disk]);
  await run("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-m", "0", disk]);
  await mount(disk, state);
  await run("chmod", ["711", state]);
  await rm(join(state, "lost+found"), { recursive: true, force: true });
  const port = Number(process.env.CRUNCH_PORT ?? 16_000);
  const env = {
    CRUNCH_STATE: state,
    CRUNCH_PORT: String(port),
    CRUNCH_PREFIX: prefix,
    CRUNCH_EXTERNAL: process.env.CRUNCH_EXTERNAL ?? "172.24.9.1/24",
    CRUNCH_KILL_AT: join(dir, "kill-at"),
    CRUNCH_IMAGE_DOWNLOAD_INSIDE: "127.0.0.1",
    CRUNCH_IMAGE_DOWNLOAD_PORTS: "any",
    CRUNCH_IMAGE_SHOW_LOCATIONS: "true",
  };
  await mkdir(join(state, "build"));
  await cp(await bringImage(), join(state, "build/mini.qcow2"));
  return { state, disk, port, env };
}

export function mount(disk: string, state: string) {
  return run("mount", ["-o", "loop,commit=60", disk, state]);
}

/** Ends everything that lives below the state folder, by pid, and takes the place away. Says what it still finds. */
export async function dropPlace({ state, disk, env }: Place): Promise<string[]> {
  const { code, err } = await run(join(home, "bin/crunch"), ["reset", "--yes"], { env, mayFail: true, seconds: 120 });
  const left = [
    ...(code === 0 ? [] : [`everything, for crunch reset ended with ${code}: ${err.slice(-300)}`]),
    ...(await lines(state)).map(({ command }) => `process ${command.slice(0, 120)}`),
    ...(await traces()),
  ];
  for (const { pid } of await lines(state)) process.kill(pid, "SIGKILL");
  await dropDevices();
  await run("umount", [state], { mayFail: true }).then(({ code }) =>
    code === 0 ? undefined : run("umount", ["-l", state], { mayFail: true }),
  );
  await rm(join(disk, ".."), { recursive: true, force: true });
  return left;
}

/** What the host's kernel keeps under this cloud's names. */
export async function traces(): Promise<string[]> {
  const { out: links } = await run("ip", ["-br", "link"]);
  const { out: spaces } = await run("ip", ["netns", "list"]);
  const mine = (text: string) => text.split("\n").filter((line) => line.startsWith(`${prefix}-`));
  return [...mine(links).map((line) => `device ${line}`), ...mine(spaces).map((line) => `namespace ${line}`)];
}

/** As a loss of power does: devices and namespaces are gone. */
export async function dropDevices(): Promise<void> {
  for (const trace of await traces()) {
    const [kind, name = ""] = trace.split(/[\s@]+/);
    const how = kind === "device" ? ["link", "delete", "dev", name] : ["netns", "delete", name];
    await run("ip", how, { mayFail: true });
  }
}

export interface Line {
  readonly pid: number;
  readonly command: string;
}

/** The processes whose command line speaks of the folder. */
export async function lines(folder: string): Promise<Line[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      command: (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " "),
    })),
  );
  return all.filter(({ pid, command }) => pid !== process.pid && command.includes(`${folder}/`));
}

/** The guest image takes a while to build: it is built once and kept. */
export async function bringImage(): Promise<string> {
  const kept = join(tmpdir(), `crunch-mini-${await hashOf(join(home, "images/mini"))}`);
  const image = join(kept, "mini.qcow2");
  if (await stat(image).catch(() => undefined)) return image;
  await mkdir(kept, { recursive: true });
  await run(join(home, "images/mini/build"), [image, join(kept, "cache")]);
  await rm(join(kept, "cache"), { recursive: true, force: true });
  return image;
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

/** The program itself, as a child. */
export function spawnProgram({ env }: Place) {
  const node = join(home, "node_modules/.bin/node");
  return spawn(node, ["--no-warnings", join(home, "src/main.ts"), "up"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

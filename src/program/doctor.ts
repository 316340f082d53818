import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { chooseAcceleration } from "#agent/guests/accelerator.ts";
import { layoutOf, makeFolders } from "#agent/guests/layout.ts";
import type { Config } from "#platform/config/config.ts";
import type { Trace } from "#platform/service/trace.ts";
import { askControl } from "./control.ts";
import wanted from "./packages.json" with { type: "json" };
import { controlSocket, settings } from "./settings.ts";

/** One thing looked at: whether it is as it should be, and what it costs if not. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "lacking" | "broken";
  readonly says: string;
}

export async function doctor(flags: { leftovers?: boolean; json?: boolean }): Promise<void> {
  const config = settings(flags);
  if (flags.leftovers) return leftovers(config, flags.json === true);
  const findings = await examine(config);
  if (flags.json) console.log(JSON.stringify(findings, null, 2));
  else for (const { what, state, says } of findings) console.log(`${mark[state]} ${what.padEnd(14)} ${says}`);
  if (findings.some((f) => f.state === "broken")) process.exitCode = 1;
}

const mark = { ok: "  ok     ", lacking: "  lacking", broken: "! broken " };

async function leftovers(config: Config, json: boolean): Promise<void> {
  const found = (await askControl(controlSocket(config), "/leftovers")) as Trace[] | undefined;
  if (!found)
    throw new Error("Crunch does not run here, and only it knows what should be there; start it first (npm start)");
  if (json) console.log(JSON.stringify(found, null, 2));
  else if (found.length === 0) console.log("Nothing is left over.");
  else for (const { kind, subject, where } of found) console.log(`${kind}  ${where}  of ${subject}`);
  if (found.length > 0) process.exitCode = 1;
}

async function examine(config: Config): Promise<Finding[]> {
  return [
    await accelerator(config),
    ...packages(),
    tun(),
    kernelSwitch(),
    user(),
    await port(config),
    await disk(config),
    memory(),
  ];
}

async function accelerator({ state }: Config): Promise<Finding> {
  if (!existsSync("/usr/bin/qemu-system-x86_64"))
    return { what: "accelerator", state: "lacking", says: "QEMU is not installed, so none could be tried" };
  const layout = layoutOf(join(state, "compute"));
  await makeFolders(layout);
  const { accelerator: found } = await chooseAcceleration(layout, "qemu-system-x86_64");
  if (found === "kvm") return { what: "accelerator", state: "ok", says: "KVM: a probe machine has booted with it" };
  const why = existsSync("/dev/kvm")
    ? "/dev/kvm is there, but a probe machine did not boot with it"
    : "there is no /dev/kvm";
  return {
    what: "accelerator",
    state: "lacking",
    says: `${why}: servers run emulated (TCG), some 10 to 30 times slower`,
  };
}

function packages(): Finding[] {
  return wanted.map(({ package: name, file, why }) => {
    const there = existsSync(file) || existsSync(`/usr${file}`);
    return {
      what: "package",
      state: there ? "ok" : "broken",
      says: there ? name : `${name} is missing: it ${why} (npm start installs it, as root)`,
    };
  });
}

function tun(): Finding {
  const there = existsSync("/dev/net/tun");
  return {
    what: "tap devices",
    state: there ? "ok" : "broken",
    says: there ? "/dev/net/tun" : "no /dev/net/tun: servers cannot have ports (modprobe tun)",
  };
}

function kernelSwitch(): Finding {
  const there = existsSync("/sys/module/openvswitch");
  const says = there
    ? "the kernel's openvswitch"
    : "no openvswitch in the kernel: packets take the userspace datapath, about 1 Gb/s";
  return { what: "datapath", state: there ? "ok" : "lacking", says };
}

function user(): Finding {
  const root = process.getuid?.() === 0;
  return {
    what: "user",
    state: root ? "ok" : "broken",
    says: root ? "root" : "not root: taps and namespaces cannot be made; only --simulated works",
  };
}

async function port({ listen, port, ...config }: Config): Promise<Finding> {
  const running = await askControl(controlSocket(config as Config), "/status").catch(() => undefined);
  if (running) return { what: "port", state: "ok", says: `${port} is Crunch's own` };
  const free = await new Promise<boolean>((then) => {
    const server = createServer().once("error", () => then(false));
    server.listen(port, listen, () => server.close(() => then(true)));
  });
  return {
    what: "port",
    state: free ? "ok" : "broken",
    says: free ? `${port} on ${listen} is free` : `${port} on ${listen} is taken; give another one with --port`,
  };
}

async function disk({ state }: Config): Promise<Finding> {
  let folder = state;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  const says = `${gib.toFixed(0)} GiB free for ${state}`;
  return {
    what: "disk",
    state: gib > 5 ? "ok" : "lacking",
    says: gib > 5 ? says : `${says}: images, disks and volumes will soon fill it`,
  };
}

function memory(): Finding {
  const free =
    Number(/MemAvailable:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? freemem() / 1024) / 2 ** 20;
  const says = `${free.toFixed(1)} GiB free of ${(totalmem() / 2 ** 30).toFixed(1)}`;
  return {
    what: "memory",
    state: free > 1 ? "ok" : "lacking",
    says: free > 1 ? says : `${says}: no more than a server or two will fit`,
  };
}

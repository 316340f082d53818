import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Gone } from "#platform/service/driver.ts";

/** Where network namespaces have names; what `ip netns` reads too. */
const directory = "/run/netns";
const newNetwork = 0x40000000;

/** The group of the devices that lead to guests: the host's own network stack is to have nothing to do with them. */
export const guestGroup = 0x4372;

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The network namespace to run in; absent: the program's own. */
  readonly namespace?: string;
}

/** Runs a command to its end. Throws with what it said on stderr. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const [file, ...args] = options.namespace
    ? ["nsenter", `--net=${directory}/${options.namespace}`, ...command]
    : command;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(file!, args, { env: options.env ?? process.env, cwd: options.cwd });
  const said = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said.error += text;
  });
  child.on("error", reject);
  child.on("exit", (code, signal) => {
    if (code === 0) return whole(child.stdout, () => resolve(said.out));
    const why = () => said.error.trim() || `ended with ${code ?? signal}`;
    return whole(child.stderr, () => reject(new Error(`${command[0]}: ${why()}`)));
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return promise;
}

/** A process may end before what it said has been read. */
function whole(said: Readable, then: () => void) {
  if (said.readableEnded) then();
  else said.once("end", then);
}

/** Runs `ip` commands, all in one process, in a namespace; stops at the first that fails. */
export async function ip(namespace: string | undefined, ...commands: readonly string[]): Promise<void> {
  if (commands.length) await run(["ip", ...inside(namespace), "-batch", "-"], { input: `${commands.join("\n")}\n` });
}

export interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  /** What `ip link set … alias` gave it. */
  readonly ifalias?: string;
  readonly flags: readonly string[];
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: { readonly type?: string; readonly user?: number };
  };
}

/** The devices in a namespace. */
export async function links(namespace: string | undefined): Promise<readonly Link[]> {
  return JSON.parse((await run(["ip", ...inside(namespace), "-json", "-details", "link", "show"])) || "[]");
}

export async function findLink(namespace: string | undefined, device: string): Promise<Link | undefined> {
  const show = run(["ip", ...inside(namespace), "-json", "-details", "link", "show", "dev", device]);
  const text = await show.catch((error: Error) => {
    if (/does not exist|Cannot find device/.test(error.message)) return "[]";
    throw error;
  });
  return JSON.parse(text)[0];
}

export async function getLink(namespace: string | undefined, device: string): Promise<Link> {
  const link = await findLink(namespace, device);
  if (!link) throw new Gone(`There is no device ${device}`);
  return link;
}

interface Addresses {
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
}

/** A device's addresses with their prefix lengths: "10.0.0.1/24". */
export async function addresses(namespace: string | undefined, device: string): Promise<readonly string[]> {
  const text = await run(["ip", ...inside(namespace), "-json", "address", "show", "dev", device]);
  return (JSON.parse(text) as Addresses[]).flatMap(({ addr_info = [] }) =>
    addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
  );
}

const inside = (namespace: string | undefined) => (namespace ? ["-netns", namespace] : []);

export async function namespaces(): Promise<readonly string[]> {
  return readdir(directory).catch(() => []);
}

export async function addNamespace(name: string): Promise<void> {
  if (!(await namespaces()).includes(name)) await run(["ip", "netns", "add", name]);
}

/** The devices in it go with it, unless something still holds it open. */
export async function dropNamespace(name: string): Promise<void> {
  if ((await namespaces()).includes(name)) await run(["ip", "netns", "delete", name]);
}

/**
 * Does something in another network namespace: sockets that `act` makes belong there for ever. Only the calling thread is
 * moved, and `act` must not wait, so nothing else of the program ever runs there.
 */
export async function inNamespace<T>(name: string, act: () => T): Promise<T> {
  const enter = await setns();
  const [there, home] = [openSync(`${directory}/${name}`, "r"), openSync("/proc/thread-self/ns/net", "r")];
  try {
    enter(there);
    try {
      return act();
    } finally {
      enter(home);
    }
  } finally {
    closeSync(there);
    closeSync(home);
  }
}

async function setns(): Promise<(descriptor: number) => void> {
  const { default: koffi } = await import("koffi");
  const call = koffi.load(null).func("int setns(int fd, int nstype)");
  return (descriptor) => {
    if (call(descriptor, newNetwork) !== 0) throw new Error(`setns failed with error ${koffi.errno()}`);
  };
}

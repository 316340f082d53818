import { type ChildProcess, spawn } from "node:child_process";
import { access, chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { traces } from "../../src/program/image-build/programs.testkit.ts";
import { bringImage, home } from "../chaos/place.ts";

export { home };

import { run } from "../client.ts";
import { exportsOf } from "../tempest/cloud.ts";

const prefix = process.env.CRUNCH_PREFIX ?? "imgb";
const external = process.env.CRUNCH_EXTERNAL ?? "172.24.32.1/24";
const [cloudSpace, userSpace] = [`${prefix}-cloud`, `${prefix}-user`];
export const tunnel = `${prefix}-vpn`;
/** Runs a command where the cloud is, and where somebody is who can reach its floating addresses only. */
export const atCloud = within(cloudSpace);
export const atUser = within(userSpace);

export interface Place {
  readonly folder: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
}

const wanted = ["debootstrap", "bwrap", "wg", "wg-quick", "wireguard-go", "openstack", "ping", "ssh", "curl"];
const packages =
  "debootstrap bubblewrap wireguard-tools wireguard-go python3-openstackclient iputils-ping openssh-client curl";

/** A state folder and two network namespaces: the cloud's, and its user's, who is led to the cloud's floating addresses. */
export async function makePlace(): Promise<Place> {
  for (const name of wanted)
    if ((await run("sh", ["-c", `command -v ${name}`], { mayFail: true })).code !== 0)
      throw new Error(`${name} is missing here: apt-get install ${packages}`);
  const folder = await mkdtemp(join(tmpdir(), "image-build-"));
  const state = join(folder, "state");
  await chmod(folder, 0o711);
  await mkdir(join(state, "build"), { recursive: true, mode: 0o711 });
  await cp(await bringImage(), join(state, "build/mini.qcow2"));
  for (const space of [cloudSpace, userSpace]) {
    await run("ip", ["netns", "add", space]);
    await run("ip", ["-n", space, "link", "set", "lo", "up"]);
  }
  const [near, far] = [`${prefix}-v0`, `${prefix}-v1`];
  await run("ip", ["link", "add", near, "netns", cloudSpace, "type", "veth", "peer", "name", far, "netns", userSpace]);
  for (const [space, device, address] of [
    [cloudSpace, near, "192.168.77.1/30"],
    [userSpace, far, "192.168.77.2/30"],
  ] as const) {
    await run("ip", ["-n", space, "address", "add", address, "dev", device]);
    await run("ip", ["-n", space, "link", "set", device, "up"]);
    await within(space)(["ethtool", "-K", device, "tx", "off"]);
  }
  await run("ip", ["-n", userSpace, "route", "add", "default", "via", "192.168.77.1"]);
  await atCloud(["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
  const port = process.env.CRUNCH_PORT ?? "15400";
  const env = { CRUNCH_STATE: state, CRUNCH_PORT: port, CRUNCH_PREFIX: prefix, CRUNCH_EXTERNAL: external };
  return { folder, state, env };
}

/** Ends and removes all of it; says what is left. */
export async function dropPlace({ folder, state, env }: Place): Promise<string[]> {
  await atUser(["ip", "link", "delete", "dev", tunnel], { mayFail: true }); // its process ends with it
  const reset = await atCloud([...crunch, "reset", "--yes"], { env, mayFail: true });
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all([...started].map(({ ended }) => ended));
  for (const space of [cloudSpace, userSpace]) await run("ip", ["netns", "delete", space], { mayFail: true });
  const left = (await access(state).then(
    () => true,
    () => false,
  ))
    ? [`the state folder ${state}, for crunch reset said: ${reset.err}`]
    : [];
  await rm(folder, { recursive: true, force: true });
  const { out: spaces } = await run("ip", ["netns", "list"]);
  const { out: links } = await run("ip", ["-br", "link"]);
  const mine = [...spaces.split("\n"), ...links.split("\n")].filter((line) => line.startsWith(`${prefix}-`));
  return [...left, ...mine, ...(await traces(folder))];
}

function within(space: string) {
  return (command: readonly string[], more: Parameters<typeof run>[2] = {}) =>
    run("nsenter", [`--net=/run/netns/${space}`, ...command], more);
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
}

const crunch = [join(home, "node_modules/.bin/node"), "--no-warnings", join(home, "src/main.ts")];
const started = new Set<Running>();

/** The program itself, with nothing before it: what is killed is it. */
export function program({ env }: Place, words: readonly string[], space?: string): Running {
  const [name, ...args] = [...(space ? ["nsenter", `--net=/run/netns/${space}`] : []), ...crunch, ...words];
  const child = spawn(name!, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = new Promise<number | null>((then) => child.once("close", then));
  const running = { child, ended, said: () => said };
  started.add(running);
  void ended.then(() => started.delete(running));
  return running;
}

/** A listening cloud on real parts; resolves to the unmodified client as the demo project's user. */
export async function startCloud(place: Place) {
  const cloud = program(place, ["up"], cloudSpace);
  while (!cloud.said().includes("Crunch is up")) {
    const more = new Promise((then) => cloud.child.stdout!.once("data", then));
    if ((await Promise.race([more, cloud.ended.then(() => "ended")])) === "ended")
      throw new Error(`the cloud did not start:\n${cloud.said()}`);
  }
  const env = exportsOf(await readFile(join(place.state, "openrc-demo"), "utf8"));
  const tries = (...args: string[]) => atCloud(["openstack", ...args], { env, mayFail: true });
  const os = async (...args: string[]) => (await atCloud(["openstack", ...args], { env })).out.trim();
  return {
    os,
    tries,
    json: async (...args: string[]) => JSON.parse(await os(...args, "-f", "json")),
    crunch: (...words: string[]) => atCloud([...crunch, ...words], { env: place.env, mayFail: true }),
  };
}
export type Cloud = Awaited<ReturnType<typeof startCloud>>;

export async function writeRecipe({ folder }: Place, name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text);
  return path;
}

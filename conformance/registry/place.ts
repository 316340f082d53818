import { spawn } from "node:child_process";
import { access, chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringImage, home } from "../chaos/place.ts";
import { run } from "../client.ts";
import { startCloud } from "../tempest/cloud.ts";
import { until } from "../until.ts";

type More = Parameters<typeof run>[2];

/** A cloud of this run's own. */
export interface Place {
  /** Its state folder. */
  readonly state: string;
  /** Where it keeps the registry's bytes. */
  readonly bytes: string;
  /** Runs a program where the cloud's port is reached. */
  readonly run: (name: string, args: readonly string[], more?: More) => ReturnType<typeof run>;
  /** Whether its guests are real ones. */
  readonly isReal: boolean;
  /** Ends it, and takes away what it kept; says what is left nevertheless. */
  stop(): Promise<readonly string[]>;
}

export async function simulatedPlace(): Promise<Place> {
  const { state, stop } = await startCloud({});
  const ended = async () => {
    await stop();
    return [];
  };
  return { state, bytes: join(state, "world/registry"), run, isReal: false, stop: ended };
}

const prefix = process.env.CRUNCH_PREFIX ?? "ocireg";
const space = `${prefix}-cloud`;
const crunch = [join(home, "node_modules/.bin/node"), "--no-warnings", join(home, "src/main.ts")] as const;

/** QEMU, OVN and files, in a network namespace of their own: no other cloud on this host is in the way. */
export async function realPlace(): Promise<Place> {
  const image = await bringImage();
  await run("ip", ["netns", "add", space]);
  const state = await mkdtemp(join(tmpdir(), "crunch-registry-real-"));
  const port = process.env.CRUNCH_PORT ?? "15500";
  const external = process.env.CRUNCH_EXTERNAL ?? "172.24.33.1/24";
  const env = { CRUNCH_STATE: state, CRUNCH_PORT: port, CRUNCH_PREFIX: prefix, CRUNCH_EXTERNAL: external };
  const stop = () => dropPlace(state, env);
  try {
    await chmod(state, 0o711);
    await mkdir(join(state, "build"), { mode: 0o711 });
    await cp(image, join(state, "build/mini.qcow2"));
    await run("ip", ["-n", space, "link", "set", "lo", "up"]);
    await comeUp(env);
  } catch (why) {
    await stop();
    throw why;
  }
  const checked = async () => [...(await leftovers(env)), ...(await stop())];
  return { state, bytes: join(state, "registry"), run: within, isReal: true, stop: checked };
}

function within(name: string, args: readonly string[], more?: More) {
  return run("nsenter", [`--net=/run/netns/${space}`, name, ...args], more);
}

async function comeUp(env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn("nsenter", [`--net=/run/netns/${space}`, ...crunch, "up"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  await new Promise<void>((then, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = `${said}${text}`.slice(-4000);
        if (said.includes("Crunch is up")) then();
      });
    child.once("error", fail).once("exit", () => fail(new Error(`the cloud did not start:\n${said}`)));
  });
}

/** What stands on the host and is nobody's, once nothing is at work any more. */
async function leftovers(env: object): Promise<readonly string[]> {
  const [name, ...args] = [...crunch, "doctor", "--leftovers"] as const;
  const look = () => within(name, args, { env, mayFail: true });
  return until("nothing is left over", 60, look, ({ code }) => code === 0).then(
    () => [],
    (why: Error) => [why.message],
  );
}

async function dropPlace(state: string, env: object): Promise<readonly string[]> {
  const [name, ...args] = [...crunch, "reset", "--yes"] as const;
  const { err } = await within(name, args, { env, mayFail: true });
  await run("ip", ["netns", "delete", space], { mayFail: true });
  const stays = await access(state).then(
    () => [`${state}, for crunch reset said: ${err}`],
    () => [],
  );
  await rm(state, { recursive: true, force: true });
  return [...stays, ...(await traces(state))];
}

/** Devices, namespaces and processes that speak of this place. */
async function traces(state: string): Promise<readonly string[]> {
  const { out: links } = await run("ip", ["-br", "link"]);
  const { out: spaces } = await run("ip", ["netns", "list"]);
  const { out: processes } = await run("pgrep", ["-af", `${state}/`], { mayFail: true });
  const mine = [...links.split("\n"), ...spaces.split("\n")].filter((line) => line.startsWith(`${prefix}-`));
  return [...mine, ...processes.split("\n").filter((line) => line !== "" && !line.includes("pgrep"))];
}

import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Admin, adminOf } from "./api.ts";

const home = fileURLToPath(new URL("../..", import.meta.url));

/** A simulated cloud of this run's own, with a state folder and a port of its own. */
export interface OwnCloud {
  readonly admin: Admin;
  readonly state: string;
  /** Ends it, and takes away what it kept. */
  stop(): Promise<void>;
}

/** Starts one with these settings (by their names in the configuration; {state} is its folder); throws its last words when it does not come up. */
export async function startCloud(settings: Readonly<Record<string, string>>): Promise<OwnCloud> {
  const state = await mkdtemp(join(tmpdir(), "crunch-tempest-"));
  await chmod(state, 0o711); // PostgreSQL runs as a user of its own
  const own = { state, port: String(await freePort()), prefix: "tempest", simulated: "true", hosts: "4" };
  const more = Object.entries(settings).map(([key, value]) => [key, value.replaceAll("{state}", state)]);
  const child = spawnProgram(variables({ ...own, ...Object.fromEntries(more) }));
  const orphan = () => child.kill("SIGTERM"); // should this program fall over
  process.once("exit", orphan);
  const stop = async () => {
    process.off("exit", orphan);
    await ended(child);
    await rm(state, { recursive: true, force: true });
  };
  try {
    await isUp(child);
    return { admin: adminOf(exportsOf(await readFile(join(state, "openrc"), "utf8"))), state, stop };
  } catch (why) {
    await stop();
    throw why;
  }
}

function spawnProgram(env: Readonly<Record<string, string>>): ChildProcess {
  const node = join(home, "node_modules/.bin/node");
  const words = ["--no-warnings", join(home, "src/main.ts"), "up"];
  return spawn(node, words, { env: { ...withoutCrunch(process.env), ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** What the environment says of another cloud is not for this one. */
function withoutCrunch(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("CRUNCH_")));
}

function variables(settings: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(settings).map(([k, v]) => [`CRUNCH_${k.toUpperCase().replaceAll("-", "_")}`, v]);
  return Object.fromEntries(named);
}

async function isUp(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((then, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said = `${said}${text}`.slice(-4000);
        if (said.includes("Crunch is up")) then();
      });
    child.once("exit", () => fail(new Error(`the cloud did not start:\n${said}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((then) => child.once("exit", then));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await gone;
  clearTimeout(late);
}

function freePort(): Promise<number> {
  return new Promise((then, fail) => {
    const server = createServer();
    server.once("error", fail).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => then(port));
    });
  });
}

/** What a file of shell exports says. */
export function exportsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, k, v]) => [k!, v!]));
}

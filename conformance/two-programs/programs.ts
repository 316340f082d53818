import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { askControl } from "../../src/program/control.ts";
import type { Place } from "./place.ts";

export interface Trace {
  readonly kind: string;
  readonly subject: string;
  readonly where: string;
}
/** One of the two: a whole program of its own process and state folder, which is killed, put to sleep, and started anew. */
export type Program = ReturnType<typeof openProgram>;

export function openProgram(place: Place, name: string, port: number) {
  const state = join(place.folder, name);
  const socket = join(state, "control.sock");
  const env = { ...process.env, CRUNCH_KILL_AT: place.nap, CRUNCH_TRACE: place.trace };
  let child: ChildProcess | undefined;
  let death: Promise<void> = Promise.resolve();
  let [said, asleep, up] = ["", false, false];
  process.once("exit", () => child?.kill("SIGKILL"));

  /** Of one build, with these flags as a user would start it; resolves when it serves. */
  async function start(build = place.older) {
    const flags = ["--simulated", "--hosts", "4", "--world", place.world, "--database", place.database];
    const own = ["--state", state, "--port", String(port), "--public-url", "http://127.0.0.1:1"];
    const node = join(place.older, "node_modules/.bin/node");
    const it = spawn(node, ["--no-warnings", join(build, "src/main.ts"), "up", ...flags, ...own], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    said = "";
    const isUp = new Promise<boolean>((resolve) => {
      for (const stream of [it.stdout, it.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          said = `${said}${text}`.slice(-4000);
          if (said.includes("Crunch is up")) resolve(true);
        });
      it.once("exit", () => resolve(false));
    });
    child = it;
    death = new Promise((resolve) =>
      it.once("exit", () => {
        if (child === it) up = false;
        resolve();
      }),
    );
    if (!(await isUp)) throw new Error(`program ${name} did not start:\n${said}`);
    up = true;
  }

  async function end(signal: "SIGKILL" | "SIGTERM") {
    up = false;
    child?.kill(signal);
    await death;
    asleep = false;
  }

  return {
    ...{ name, port, state, start },
    url: `http://127.0.0.1:${port}`,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    sleep() {
      asleep = true;
      child?.kill("SIGSTOP");
    },
    wake() {
      child?.kill("SIGCONT");
      asleep = false;
    },
    /** It went to sleep by itself. */
    slept() {
      asleep = true;
    },
    pid: () => child?.pid,
    said: () => said,
    /** Whether a request to it would be answered now. */
    isAwake: () => up && !asleep,
    leftovers: async () => ((await askControl(socket, "/leftovers")) ?? [{ kind: "silence" }]) as Trace[],
  };
}

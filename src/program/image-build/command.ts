import { spawn, spawnSync } from "node:child_process";
import type { Room } from "./room.ts";

export interface Surroundings {
  readonly room: Room;
  readonly say: (text: string) => void;
  /** Ends the command at once. */
  readonly stop: AbortSignal;
}
export type Run = (command: readonly string[]) => Promise<void>;

/** Runs a command of a stage; all that it says goes to the log. It and all that it starts end with this process, however that ends. */
export async function run(command: readonly string[], { room, say, stop }: Surroundings): Promise<void> {
  const words = ["--pdeathsig", "KILL", "--", ...confinement(), ...command];
  const child = spawn("setpriv", words, {
    stdio: ["ignore", "pipe", "pipe", room.lock],
    env: { ...passed(process.env), TMPDIR: room.work },
    signal: stop,
    killSignal: "SIGKILL",
  });
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", say);
  const failed = new Promise<Error>((then) => child.once("error", then));
  const code = await new Promise<number | null>((then) => child.once("close", then));
  if (stop.aborted) throw new Error("it was stopped");
  if (code === 0) return;
  const why = code === null ? Promise.race([failed, "it was killed"]) : `ended with ${code}`;
  throw new Error(`${command[0]}: ${await why}`);
}

/** A namespace whose processes all end with its first one. */
function confinement(): readonly string[] {
  const kept = ["--pid", "--fork", "--kill-child"];
  if (process.getuid?.() === 0)
    return ["unshare", "--mount", "--ipc", ...kept, "--mount-proc", "--propagation", "private"];
  const own = ["unshare", "--user", "--map-current-user", ...kept];
  return spawnSync(own[0]!, [...own.slice(1), "true"], { stdio: "ignore" }).status === 0 ? own : [];
}

/** Of this process's environment only what a build needs: no passwords. */
function passed(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "http_proxy", "https_proxy", "no_proxy"];
  return { ...Object.fromEntries(names.map((name) => [name, env[name]])), LC_ALL: "C.UTF-8" };
}

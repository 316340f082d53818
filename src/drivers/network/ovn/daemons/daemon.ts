import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pausing } from "node:timers/promises";
import { run } from "#agent/netns.ts";
import type { Log } from "#platform/log/log.ts";
import { Unavailable } from "#platform/service/driver.ts";
import { type Control, isAlive, openControl, runningPid } from "./control.ts";

export interface DaemonSpec {
  readonly name: string;
  readonly pidfile: string;
  control(pid: number): string;
  /** Ends once the daemon answers on its control socket. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly namespace?: string;
  /** Runs before each start, not before an adoption. */
  prepare?(): Promise<void>;
}
/** A process of its own that outlives the program: adopted when it runs, started when not, and again whenever it ends. */
export interface Daemon {
  readonly name: string;
  start(): Promise<void>;
  /** Ends the process, whoever started it. */
  end(): Promise<void>;
  /** Leaves the process alone from now on. */
  release(): void;
}

const [firstPause, longestPause, steadyAfter] = [100, 10_000, 30_000];
const [endWithin, lookAgainAfter] = [5_000, 10];

export function daemon(spec: DaemonSpec, log: Log): Daemon {
  let control: Control | undefined;
  let starting: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let pause = firstPause;
  let watching = false;
  return { name: spec.name, start, end, release };

  function start() {
    watching = true;
    starting = bringUp();
    return starting;
  }

  async function bringUp() {
    control = (await adopt(spec)) ?? (await launch(spec, log));
    const [mine, since] = [control, performance.now()];
    void mine.ended.then(() => watching && control === mine && revive(performance.now() - since));
  }

  function revive(lived: number) {
    pause = lived > steadyAfter ? firstPause : Math.min(pause * 2, longestPause);
    log.warn({ daemon: spec.name }, "a network daemon ended; starting it again");
    retry = setTimeout(() => void again(), pause);
  }

  async function again() {
    await start().catch((err) => {
      log.error({ daemon: spec.name, err }, "a network daemon cannot be started");
      if (watching) revive(0);
    });
  }

  async function end() {
    release();
    await starting?.catch(() => undefined);
    release();
    const pid = await runningPid(spec.pidfile);
    if (!pid) return;
    process.kill(pid, "SIGTERM");
    if (await isGone(pid, endWithin)) return;
    process.kill(pid, "SIGKILL");
    await isGone(pid, endWithin);
  }

  function release() {
    watching = false;
    clearTimeout(retry);
    control?.release();
  }
}

/** Nobody is told when a process ends that is not one's child. */
async function isGone(pid: number, within: number) {
  for (const since = performance.now(); performance.now() - since < within; await pausing(lookAgainAfter)) {
    if (!(await isAlive(pid))) return true;
  }
  return false;
}

async function adopt(spec: DaemonSpec): Promise<Control | undefined> {
  const pid = await runningPid(spec.pidfile);
  return pid ? await openControl(spec.control(pid)).catch(() => undefined) : undefined;
}

async function launch(spec: DaemonSpec, log: Log): Promise<Control> {
  await mkdir(dirname(spec.pidfile), { recursive: true, mode: 0o750 });
  await spec.prepare?.();
  await run(spec.command, { env: spec.env, namespace: spec.namespace, cwd: dirname(spec.pidfile) }).catch(
    (error: Error) => {
      throw new Unavailable(`${spec.name} cannot be started: ${error.message}`);
    },
  );
  const adopted = await adopt(spec);
  if (!adopted) throw new Unavailable(`${spec.name} was started and does not answer`);
  log.info({ daemon: spec.name }, "started a network daemon");
  return adopted;
}

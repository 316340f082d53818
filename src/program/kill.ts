import { appendFileSync, readFileSync, rmSync } from "node:fs";
import type { SpineParts } from "#platform/spine.ts";

/**
 * Only for tests of what a crash or a pause leaves behind. CRUNCH_KILL_AT names a file that may hold a border of a saga's step
 * ("compute.server.build called do spawn"): the process that first crosses it takes the file away and kills itself, or with
 * "stop " before it stands still until it is told to go on. CRUNCH_TRACE names a file that gets a line at each border.
 */
export function killProbe({ CRUNCH_KILL_AT: file, CRUNCH_TRACE: trace }: NodeJS.ProcessEnv): SpineParts["probe"] {
  if (!file && !trace) return undefined;
  return (where, { id, name, fence }) => {
    if (trace) appendFileSync(trace, `${process.pid} ${id} ${fence} ${name} ${where}\n`);
    const [, stop, border] = /^(stop )?(.*)$/.exec((file && read(file)) ?? "") ?? [];
    if (!file || border !== `${name} ${where}` || !take(file)) return;
    process.kill(process.pid, stop ? "SIGSTOP" : "SIGKILL");
  };
}

/** Whether it was this process that took it away. */
function take(file: string): boolean {
  try {
    rmSync(file);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

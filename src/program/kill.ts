import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Refused } from "#platform/service/driver.ts";
import type { SpineParts } from "#platform/spine.ts";

/**
 * Only for tests of what a crash, a pause or a refusal leaves behind. CRUNCH_KILL_AT names a file with borders of sagas' steps,
 * each on a line ("compute.server.build called do spawn"). The process that first crosses one takes its line away and kills
 * itself; with "stop " before it, stands still until it is told to go on; with "fail ", refuses to go on with the step.
 * CRUNCH_TRACE names a file that gets a line at each border.
 */
export function killProbe({ CRUNCH_KILL_AT: file, CRUNCH_TRACE: trace }: NodeJS.ProcessEnv): SpineParts["probe"] {
  if (!file && !trace) return undefined;
  return (where, { id, name, fence }) => {
    if (trace) appendFileSync(trace, `${process.pid} ${id} ${fence} ${name} ${where}\n`);
    const how = file && struck(file, `${name} ${where}`);
    if (how === "fail") throw new Refused("A test refuses to go on here.");
    if (how) process.kill(process.pid, how === "stop" ? "SIGSTOP" : "SIGKILL");
  };
}

type How = "kill" | "stop" | "fail";

function struck(file: string, border: string): How | undefined {
  const lines = read(file);
  const line = lines.find((it) => it.replace(/^(stop|fail) /, "") === border);
  if (line === undefined || !take(file)) return undefined;
  const rest = lines.filter((it) => it !== line);
  if (rest.length > 0) writeFileSync(file, rest.join("\n"));
  return line === border ? "kill" : (line.slice(0, 4) as How);
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

function read(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

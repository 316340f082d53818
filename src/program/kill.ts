import { readFileSync, rmSync } from "node:fs";
import type { SpineParts } from "#platform/spine.ts";

/**
 * Only for tests of what a crash leaves behind: CRUNCH_KILL_AT names a file that may hold a border of a saga's step
 * ("compute.server.build called do spawn"). The process that first crosses it takes the file away and kills itself.
 */
export function killProbe(file: string | undefined): SpineParts["probe"] {
  if (!file) return undefined;
  return (where, { name }) => {
    if (read(file) !== `${name} ${where}`) return;
    rmSync(file);
    process.kill(process.pid, "SIGKILL");
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

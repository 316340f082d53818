import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

/** MiB in use after a collection. */
export function heap(): number {
  collect();
  collect();
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
}

/** MiB that cases may leave behind once the program is warm, however many they are. */
export const mayGrow = 48;

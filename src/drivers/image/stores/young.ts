import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (how: { type: "minor" }) => void;

/** After so many bytes the buffers that they came in are looked for. */
const every = 16 * 1024 * 1024;
const collect = collector();

/**
 * Bytes from a socket come in a buffer for each 64 KiB, of no use a moment later. V8 weighs them when it looks at the whole heap,
 * a hundred milliseconds of a core for each 40 MiB; a look at what is young finds them all in one or two.
 */
export function youngBuffers(): (bytes: number) => void {
  let since = 0;
  return (bytes) => {
    since += bytes;
    if (since < every) return;
    since = 0;
    collect({ type: "minor" });
  };
}

function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const found = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return found;
}

import type { Operation } from "#platform/operation/operation.ts";
import { allFactsOf } from "#platform/operation/view.ts";
import { askControl } from "./control.ts";
import { motionInWords } from "./operations.view.ts";
import { controlSocket, settings } from "./settings.ts";

export interface Status {
  readonly pid: number;
  readonly url: string;
  readonly state: string;
  readonly since: string;
  readonly kind: string;
  readonly database: string;
  readonly processes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly motion: readonly Operation[];
  /** How much is in motion, told of in `motion` or not. */
  readonly moving: number;
}

export async function status(flags: { json?: boolean }): Promise<void> {
  const config = settings(flags);
  const it = (await askControl(controlSocket(config), "/status")) as Status | undefined;
  if (!it) {
    console.log(`Crunch does not run on ${config.state}. Start it with: npm start`);
    process.exitCode = 3;
    return;
  }
  console.log(flags.json ? JSON.stringify({ ...it, motion: it.motion.map(allFactsOf) }, null, 2) : inWords(it));
}

function inWords({ url, pid, since, kind, database, processes, counts, motion, moving, state }: Status): string {
  const lines = [
    `Crunch runs at ${url} (process ${pid}, since ${since}), ${kind}, state in ${state}`,
    `Database: ${database}, shared by ${processes} process${processes === 1 ? "" : "es"}`,
    Object.entries(counts)
      .map(([what, n]) => `${what}: ${n}`)
      .join(", "),
    motionInWords(motion, moving),
  ];
  return lines.join("\n");
}

import { askControl } from "./control.ts";
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
  readonly motion: readonly Motion[];
}
export interface Motion {
  readonly saga: string;
  readonly subject: string;
  readonly step: string | null;
  readonly state: string;
  readonly since: string;
  readonly until: string | null;
  readonly attempt: number;
  readonly why: string | null;
  readonly next: string;
}

export async function status(flags: { json?: boolean }): Promise<void> {
  const config = settings(flags);
  const it = (await askControl(controlSocket(config), "/status")) as Status | undefined;
  if (!it) {
    console.log(`Crunch does not run on ${config.state}. Start it with: npm start`);
    process.exitCode = 3;
    return;
  }
  console.log(flags.json ? JSON.stringify(it, null, 2) : inWords(it));
}

function inWords({ url, pid, since, kind, database, processes, counts, motion, state }: Status): string {
  const lines = [
    `Crunch runs at ${url} (process ${pid}, since ${since}), ${kind}, state in ${state}`,
    `Database: ${database}, shared by ${processes} process${processes === 1 ? "" : "es"}`,
    Object.entries(counts)
      .map(([what, n]) => `${what}: ${n}`)
      .join(", "),
    motion.length === 0 ? "Nothing is in motion." : "In motion:",
    ...motion.map(
      (m) =>
        `  ${m.saga} ${m.subject}: ${m.state} ${m.step ?? ""}, attempt ${m.attempt + 1}, since ${m.since}, ${until(m)}${m.why ? `; ${m.why}` : ""}; next: ${m.next}`,
    ),
  ];
  return lines.join("\n");
}

const until = ({ until }: Motion) => (until ? `given up at ${until}` : "begins now");

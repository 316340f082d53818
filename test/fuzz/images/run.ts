import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "#services/image/inspect/inspect.ts";
import { headBytes, tailBytes } from "#services/image/inspect/sample.ts";
import { Watch } from "#services/image/inspect/watch.ts";
import { chances } from "./chances.ts";
import { corpus, type Specimen } from "./corpus.ts";
import { escapes } from "./judge.ts";
import { spoil } from "./spoil.ts";

export interface Asked {
  readonly seed: number;
  readonly cases: number;
  /** How many of those that pass QEMU is asked about. */
  readonly judged: number;
}
export interface Report {
  readonly played: number;
  readonly passed: number;
  readonly unknown: number;
  readonly refused: number;
  readonly judged: number;
  readonly slowestMs: number;
  readonly failures: readonly string[];
}
/** More of the processor than this, and somebody could keep the program busy with headers. */
const longestMs = 1000;

/** What the inspector says of bytes that come in as an upload does: a size, null for nothing known, or why they are refused. */
export function judge(bytes: Buffer, claimed: string, piece = 65536): number | null | "refused" {
  const watch = new Watch(claimed);
  try {
    for (let at = 0; at < bytes.length; at += piece) watch.take(bytes.subarray(at, at + piece));
    return watch.end();
  } catch (why) {
    if ((why as Error).name === "Unsafe") return "refused";
    throw why;
  }
}

/** Spoils the corpus again and again: nothing may crash or hang the inspector, and what passes must stand alone for QEMU. */
export async function fuzzImages({ seed, cases, judged: most }: Asked): Promise<Report> {
  const chance = chances(seed);
  const specimens = corpus();
  const dir = await mkdtemp(join(tmpdir(), "crunch-fuzz-images-"));
  const failures: string[] = [];
  const counts = { passed: 0, unknown: 0, refused: 0, judged: 0, slowestMs: 0 };
  for (let n = 0; n < cases; n += 1) {
    const it = specimens[chance.below(specimens.length)]!;
    const bytes = spoil(it, specimens, chance);
    const claimed = chance.below(5) === 0 ? specimens[chance.below(specimens.length)]!.claimed : it.claimed;
    const fail = (why: string) => failures.push(`case ${n} (${it.name}, said to be ${claimed}): ${why}`);
    const before = process.cpuUsage();
    const said = outcome(bytes, claimed, fail);
    const took = process.cpuUsage(before).user / 1000;
    counts.slowestMs = Math.max(counts.slowestMs, took);
    if (took > longestMs) fail(`took ${Math.round(took)} ms`);
    if (said === undefined) continue;
    counts[said === "refused" ? "refused" : said === null ? "unknown" : "passed"] += 1;
    if (typeof said !== "number" || !isFormat(claimed) || counts.judged >= most || !due(n, cases, most, counts))
      continue;
    counts.judged += 1;
    const why = await escapes(join(dir, "case"), bytes, claimed, said);
    if (why) fail(why);
  }
  await rm(dir, { recursive: true });
  return { played: cases, ...counts, failures };
}

/** Spread over all cases: the first that passes after each share of them. */
function due(n: number, cases: number, most: number, { judged }: { judged: number }): boolean {
  return n / cases >= judged / most;
}

function isFormat(claimed: string): boolean {
  return ["qcow2", "vmdk", "vdi", "vhd", "vhdx", "ploop"].includes(claimed);
}

/** The head alone, which costs less than the whole; whole when it is small. */
function outcome(bytes: Buffer, claimed: string, fail: (why: string) => void) {
  try {
    if (bytes.length <= 65536 * 8) return judge(bytes, claimed);
    const head = bytes.subarray(0, headBytes);
    return inspect({ head, tail: bytes.subarray(-tailBytes), size: bytes.length }, claimed);
  } catch (why) {
    if ((why as Error).name === "Unsafe") return "refused" as const;
    fail(`${why}`);
    return undefined;
  }
}

/** Those of the corpus that are judged wrongly as they are. */
export function misjudged(): Specimen[] {
  return corpus().filter(({ bytes, claimed, safe }) => (judge(bytes, claimed) !== "refused") !== safe);
}

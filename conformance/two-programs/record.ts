import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { home } from "../chaos/place.ts";

export interface Result {
  readonly seed: string;
  readonly seconds: number;
  /** Whole lives of a server with its volume. */
  readonly rounds: number;
  readonly requests: number;
  readonly retries: number;
  readonly "sagas finished": number;
  readonly ends: Readonly<Record<string, number>>;
  /** What must not be, in words. */
  readonly bad: Readonly<Record<string, readonly string[]>>;
}

/** Prints the counts and keeps those of a whole run; returns how many things were bad. */
export function record(short: boolean, { bad, ends, ...counts }: Result): number {
  for (const [what, all] of Object.entries(bad)) for (const one of all.slice(0, 20)) console.log(`  ${what}: ${one}`);
  const badCounts = Object.fromEntries(Object.entries(bad).map(([what, all]) => [what, all.length]));
  const table = { ...counts, ...badCounts };
  console.log();
  for (const [what, n] of Object.entries(table)) console.log(`${what.padEnd(20)} ${n}`);
  console.log(`${"ends of sagas".padEnd(20)} ${JSON.stringify(ends)}`);
  if (!short) keep({ date: new Date().toISOString(), ...table, ends });
  return Object.values(badCounts).reduce((sum, n) => sum + n, 0);
}

function keep(result: object) {
  const file = join(home, "bench/results/two-programs.json");
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object[]) : [];
  writeFileSync(file, `${JSON.stringify([...before.slice(-9), result], null, 2)}\n`);
}

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Border } from "./borders.ts";
import type { Job } from "./jobs.ts";
import { home } from "./place.ts";

/** What a killed request came to. */
export type End = "done" | "called off" | "explained" | "undone";
interface Row {
  kills: number;
  done: number;
  "called off": number;
  explained: number;
  undone: number;
  ms: number;
}
/** What is said of a run while it goes on. */
export interface Report {
  struck(border: Border, end: End, ms: number, part?: string): void;
  pass(part: string, what: string): void;
  /** `job`: what is to be done again to see the same. */
  fail(part: string, why: string, job?: Job): void;
  /** Said in the results, and neither good nor bad. */
  note(text: string): void;
}

export function newReport(again: (job: Job) => string = () => "") {
  const rows = new Map<string, Row>();
  const met = new Set<string>();
  const passes: { part: string; what: string }[] = [];
  const fails: { part: string; why: string }[] = [];
  const notes: string[] = [];
  const began = Date.now();
  const since = () => `${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s`;

  function struck({ saga, at }: Border, end: End, ms: number, part = "steps") {
    const row = rows.get(saga) ?? { kills: 0, done: 0, "called off": 0, explained: 0, undone: 0, ms: 0 };
    rows.set(saga, row);
    met.add(at);
    row.kills += 1;
    row[end] += 1;
    row.ms += ms;
    pass(part, `${at}: ${end}`);
  }

  function pass(part: string, what: string) {
    passes.push({ part, what });
    console.log(`${since()}  ok    ${what}`);
  }

  function fail(part: string, what: string, job?: Job) {
    const why = job ? `${what}\n  (again: ${again(job)})` : what;
    fails.push({ part, why });
    console.log(`${since()}  FAIL  ${why}`);
  }

  function note(text: string) {
    notes.push(text);
    console.log(`${since()}  note  ${text}`);
  }

  function table(): string {
    const head = ["saga", "kills", "done", "called off", "in error, with a sentence", "as before", "s each"];
    const lines = [...rows].map(([saga, it]) => [
      saga,
      ...[it.kills, it.done, it["called off"], it.explained, it.undone].map(String),
      (it.ms / it.kills / 1000).toFixed(1),
    ]);
    const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => line[at]!.length)));
    return [head, ...lines].map((line) => line.map((word, at) => word.padEnd(widths[at]!)).join("  ")).join("\n");
  }

  /** The results of each kind of run stay until it is run again. */
  function write(what: string) {
    const parts = Object.fromEntries(
      [...new Set([...passes, ...fails].map(({ part }) => part))].map((part) => [
        part,
        {
          passed: passes.filter((it) => it.part === part).length,
          failed: fails.filter((it) => it.part === part).length,
        },
      ]),
    );
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: home, encoding: "utf8" }).trim();
    const results = {
      date: new Date().toISOString(),
      commit,
      seconds: Math.round((Date.now() - began) / 1000),
      passed: passes.length,
      failed: fails.length,
      parts,
      sagas: Object.fromEntries([...rows].map(([saga, { ms, ...counts }]) => [saga, counts])),
      failures: fails.map(({ why }) => why),
      notes,
    };
    const file = join(home, "bench/results/chaos.json");
    mkdirSync(dirname(file), { recursive: true });
    const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    writeFileSync(file, `${JSON.stringify({ ...before, [what]: results }, null, 2)}\n`);
  }

  /** Says what failed, and how often; keeps the results, where this is a kind of run that has a name. */
  function end(kind?: string): number {
    if (kind) write(kind);
    console.log(`\n${table()}`);
    for (const { why } of fails) console.log(`\nFAIL  ${why}`);
    console.log(`\n${passes.length} passed, ${fails.length} failed`);
    return fails.length;
  }

  return { struck, pass, fail, note, end, hasStruck: (at: string) => met.has(at) };
}

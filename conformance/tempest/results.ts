import { readFile } from "node:fs/promises";

/** How one test ended, here or with the real service. A class that could not be prepared is a test `setUpClass (its name)`. */
export interface Result {
  readonly test: string;
  /** The test's own id, the same in every release; empty for a whole class. */
  readonly id: string;
  readonly status: "pass" | "fail" | "skip";
  readonly seconds: number;
  readonly reason: string;
}

/** What the real service scores; nothing where nobody has measured it yet. */
export async function readReference(service: string): Promise<Result[]> {
  const path = new URL(`./reference/${service}.csv`, import.meta.url);
  return resultsFrom(await readFile(path, "utf8").catch(() => ""));
}

/** What a file of such results says. */
export function resultsFrom(text: string): Result[] {
  return cells(text)
    .slice(1)
    .map(([test = "", id = "", status = "", seconds, reason = ""]) => ({
      test,
      id,
      status: status as Result["status"],
      seconds: Number(seconds),
      reason,
    }));
}

/** As a file of the same form as a reference. */
export function csvOf(results: readonly Result[]): string {
  const quoted = (it: string) => (/[",\n]/.test(it) ? `"${it.replaceAll('"', '""')}"` : it);
  const rows = results.map((r) => [r.test, r.id, r.status, r.seconds.toFixed(2), r.reason].map(quoted).join(","));
  return `${["test,idempotent_id,status,seconds,reason", ...rows.sort()].join("\n")}\n`;
}

function cells(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (end === "" && plain === "" && quoted === undefined) break;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\n") rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

import { readFile } from "node:fs/promises";
import type { Database } from "../../src/platform/store/database.ts";

/** One border that a program crossed: who, with which lease of which saga, and where. */
interface Crossing {
  readonly pid: number;
  readonly saga: number;
  readonly fence: number;
  readonly where: string;
}

/**
 * Sagas that two programs had at a time. One that was put to sleep may, once another has a newer lease, still be seen to end
 * what it slept in and to come to a next step; there the lease is looked at, and nothing more may be seen of it.
 */
export async function runTwice(trace: string): Promise<string[]> {
  const newest = new Map<number, number>();
  const over = new Set<string>();
  const twice: string[] = [];
  for (const it of (await readFile(trace, "utf8")).trim().split("\n").map(crossing)) {
    const known = newest.get(it.saga) ?? 0;
    newest.set(it.saga, Math.max(known, it.fence));
    if (it.fence >= known) continue;
    const who = `${it.saga} ${it.fence} ${it.pid}`;
    if (over.has(who)) twice.push(`saga ${it.saga}: ${it.where} by ${it.pid} under lease ${it.fence} after ${known}`);
    if (/ (before|asked) (do|undo) /.test(it.where)) over.add(who);
  }
  return twice;
}

function crossing(line: string): Crossing {
  const [pid, saga, fence, ...where] = line.split(" ");
  return { pid: Number(pid), saga: Number(saga), fence: Number(fence), where: where.join(" ") };
}

/** How many sagas came to which end. */
export async function sagaEnds({ pool }: Database): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ state: string; n: number }>(
    "select state, count(*)::int as n from platform_sagas group by state",
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

export async function openSagas({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ it: string }>(
    `select name || ' of ' || subject || ' at ' || coalesce(step, 'its end') || coalesce(': ' || error, '') as it from platform_sagas
     where state in ('running', 'undoing')`,
  );
  return rows.map(({ it }) => it);
}

/** Why sagas failed; where nothing is refused and nothing breaks but programs, none should. */
export async function failedSagas({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ it: string }>(
    "select name || ' of ' || subject || ': ' || coalesce(error, '') as it from platform_sagas where state = 'failed'",
  );
  return rows.map(({ it }) => it);
}

const drift = {
  "allocations without a server":
    "select consumer_id::text as id from placement_allocations where consumer_id::text not in (select id::text from compute_servers where state <> 'deleted')",
  "attachments without a volume":
    "select id::text from block_storage_attachments where volume_id not in (select id from block_storage_volumes)",
  "ports of no server":
    "select id::text from network_ports where device_owner like 'compute:%' and device_id not in (select id::text from compute_servers where state <> 'deleted')",
};

/** What no row wants any more, in the database itself. */
export async function strayRows({ pool }: Database): Promise<string[]> {
  const all = Object.entries(drift).map(async ([what, text]) =>
    (await pool.query<{ id: string }>(text)).rows.map(({ id }) => `${what}: ${id}`),
  );
  return (await Promise.all(all)).flat();
}

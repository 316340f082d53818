import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { discard, startCloud } from "../cloud.ts";
import { cpuOf, family, pssOf } from "../machine.ts";

/** What a cloud costs that nobody asks anything. */
export async function idle(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "idle");
  await discard(dir);
  const cloud = await startCloud({ dir, port: 17101, args: ["--simulated"] });
  try {
    await cloud.login("demo");
    await pause(5000);
    const before = cpuOf(cloud.pid);
    const seconds = Math.max(15, bench.seconds);
    await pause(seconds * 1000);
    const after = cpuOf(cloud.pid);
    memory(bench, cloud.pid);
    const share = (name: "own" | "postgres") => Math.max(0, after[name] - before[name]) / (10 * seconds);
    for (const [what, name] of [
      ["program", "own"],
      ["PostgreSQL", "postgres"],
    ] as const)
      bench.row({ what: "processor at rest", at: what, value: share(name), unit: "% of a core", more: false });
  } finally {
    await cloud.stop();
    await discard(dir);
  }
}

function memory(bench: Bench, pid: number): void {
  const its = family(pid).map((it) => ({ name: it.pid === pid ? "program" : it.name, mib: pssOf(it.pid) }));
  const sums = Map.groupBy(its, (it) => it.name);
  const sum = (some: typeof its) => some.reduce((n, it) => n + it.mib, 0);
  bench.row({
    what: "memory at rest",
    at: "all processes",
    value: sum(its),
    unit: "MiB (PSS)",
    more: false,
    reference: bench.reference("memory_MiB"),
    aim: { against: "reference", of: 10 },
    detail: { processes: its.length },
  });
  for (const [name, some] of sums)
    bench.row({
      what: "memory at rest",
      at: `${some.length} x ${name}`,
      value: sum(some),
      unit: "MiB (PSS)",
      more: false,
    });
}

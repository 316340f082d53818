import { readdirSync, readFileSync } from "node:fs";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Milliseconds of processor time. */
  readonly cpu: number;
}

const tick = 10;

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`);
      if (!stat) return [];
      const end = stat.lastIndexOf(")");
      const fields = stat.slice(end + 2).split(" ");
      const cpu = (Number(fields[11]) + Number(fields[12])) * tick;
      return [{ pid: Number(name), parent: Number(fields[1]), name: stat.slice(stat.indexOf("(") + 1, end), cpu }];
    });
}

/** A process and all that descend from it. */
export function family(root: number): Process[] {
  const all = processes();
  const children = Map.groupBy(all, (it) => it.parent);
  const below = (pid: number): Process[] => (children.get(pid) ?? []).flatMap((it) => [it, ...below(it.pid)]);
  return [...all.filter((it) => it.pid === root), ...below(root)];
}

/** Processor time by kind of process: the program's own, and PostgreSQL's. */
export function cpuOf(root: number): { own: number; postgres: number } {
  const its = family(root);
  const sum = (some: readonly Process[]) => some.reduce((n, it) => n + it.cpu, 0);
  const postgres = its.filter((it) => it.name === "postgres");
  return { own: sum(its) - sum(postgres), postgres: sum(postgres) };
}

/** Proportional memory of a process in MiB: what is shared is counted in parts. */
export function pssOf(pid: number): number {
  const found = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "");
  return Number(found?.[1] ?? 0) / 1024;
}

/** How many processes have wanted to run, over the last minute. */
export function load(): number {
  return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
}

export function cpuModel(): string {
  return /^model name\s*:\s*(.+)$/m.exec(read("/proc/cpuinfo") ?? "")?.[1] ?? "unknown processor";
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it has ended
  }
}

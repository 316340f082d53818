import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Lets a simulated driver remember its world: the named maps and sets are read from a file now and written to it after each
 * call, so that simulated guests, like real ones, are there when the program comes back.
 */
export function remembering<D extends object>(driver: D, file: string, world: readonly (keyof D)[]): D {
  recall(driver, file, world);
  let due = false;
  const keep = () => {
    due = false;
    const now = Object.fromEntries(world.map((name) => [name, driver[name]]));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(now, spell));
    renameSync(`${file}.new`, file);
  };
  const keepSoon = () => {
    if (!due) setImmediate(keep);
    due = true;
  };
  return new Proxy(driver, {
    get(target, name, self) {
      const it = Reflect.get(target, name, self) as unknown;
      if (typeof it !== "function") return it;
      return (...args: unknown[]) => {
        const answer = Reflect.apply(it, target, args) as unknown;
        if (!(answer instanceof Promise)) return answer;
        return answer.finally(keepSoon);
      };
    },
  });
}

function recall<D extends object>(driver: D, file: string, world: readonly (keyof D)[]): void {
  const known = JSON.parse(read(file) ?? "{}", unspell) as Partial<D>;
  for (const name of world) {
    const [mine, then] = [driver[name] as unknown, known[name] as unknown];
    if (mine instanceof Map && then instanceof Map) for (const [k, v] of then) mine.set(k, v);
    if (mine instanceof Set && then instanceof Set) for (const v of then) mine.add(v);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw why;
  }
}

function spell(_key: string, it: unknown): unknown {
  if (it instanceof Map) return { map: [...it] };
  return it instanceof Set ? { set: [...it] } : it;
}

function unspell(_key: string, it: unknown): unknown {
  const { map, set } = (it ?? {}) as { map?: [unknown, unknown][]; set?: unknown[] };
  if (Array.isArray(map)) return new Map(map);
  return Array.isArray(set) ? new Set(set) : it;
}

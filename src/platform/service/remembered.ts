export type Change = readonly [key: string, value: string | null];
/** A map or a set of a simulated world, and what may have changed in it since it was last kept. */
export interface Part {
  readonly name: string;
  /** What differs from what is kept: a text for each key, null where there is nothing any more. */
  changes(): Change[];
  /** They are kept. */
  kept(changes: readonly Change[]): void;
  /** All is again as it is kept. */
  goBack(): void;
  /** Somebody else has changed it. */
  take(key: string, value: string | null): void;
  keys(): Iterable<string>;
}

export function watchedPart(name: string, it: unknown): Part {
  if (it instanceof Map) return partOf(name, it as Map<string, unknown>, watchMap(it as Map<string, unknown>), mapWays);
  if (it instanceof Set) return partOf(name, it as Set<string>, watchSet(it as Set<string>), setWays);
  throw new Error(`${name} is neither a map nor a set`);
}

interface Ways<T> {
  /** As text; null: it is not there. */
  read(it: T, key: string): string | null;
  write(it: T, key: string, value: string | null): void;
}

function partOf<T>(name: string, it: T, touched: Set<string>, { read, write }: Ways<T>): Part {
  const known = new Map<string, string>();
  const note = (key: string, value: string | null) => (value === null ? known.delete(key) : known.set(key, value));
  return {
    name,
    changes: () =>
      [...touched]
        .map((key): Change => [key, read(it, key)])
        .filter(([key, value]) => value !== (known.get(key) ?? null)),
    kept(changes) {
      for (const [key, value] of changes) note(key, value);
      touched.clear();
    },
    goBack() {
      for (const key of touched) write(it, key, known.get(key) ?? null);
      touched.clear();
    },
    take(key, value) {
      touched.delete(key);
      note(key, value);
      write(it, key, value);
    },
    keys: () => [...known.keys()],
  };
}

const mapWays: Ways<Map<string, unknown>> = {
  read: (it, key) => (has(it, key) ? JSON.stringify(get(it, key), spell) : null),
  write: (it, key, value) =>
    value === null ? Map.prototype.delete.call(it, key) : Map.prototype.set.call(it, key, JSON.parse(value, unspell)),
};
const setWays: Ways<Set<string>> = {
  read: (it, key) => (it.has(key) ? "" : null),
  write: (it, key, value) => (value === null ? Set.prototype.delete.call(it, key) : Set.prototype.add.call(it, key)),
};
const has = (it: Map<string, unknown>, key: string) => Map.prototype.has.call(it, key);
const get = (it: Map<string, unknown>, key: string) => Map.prototype.get.call(it, key);

/** What is handed out may be changed in place: it counts as touched. */
function watchMap(it: Map<string, unknown>): Set<string> {
  const touched = new Set<string>(Map.prototype.keys.call(it));
  const touch = (key: string) => touched.add(key);
  const touchAll = () => Map.prototype.forEach.call(it, (_, key) => touch(key as string));
  const plain = Map.prototype as unknown as Record<string | symbol, (...args: unknown[]) => unknown>;
  const one = ["get", "set", "delete"] as const;
  const all = ["values", "entries", "forEach", "clear", Symbol.iterator] as const;
  for (const name of one)
    hide(it, name, (...args) => {
      touch(args[0] as string);
      return plain[name]!.apply(it, args);
    });
  for (const name of all)
    hide(it, name, (...args) => {
      touchAll();
      return plain[name]!.apply(it, args);
    });
  return touched;
}

function watchSet(it: Set<string>): Set<string> {
  const touched = new Set<string>(it);
  for (const name of ["add", "delete"] as const)
    hide(it, name, (...args) => {
      touched.add(args[0] as string);
      return (Set.prototype[name] as (key: unknown) => unknown).call(it, args[0]);
    });
  hide(it, "clear", () => {
    for (const key of it) touched.add(key);
    Set.prototype.clear.call(it);
  });
  return touched;
}

function hide(it: object, name: string | symbol, value: (...args: unknown[]) => unknown) {
  Object.defineProperty(it, name, { value, enumerable: false });
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

import type { Walk } from "#services/identity/driver.ts";

const KEPT = 8;

/** The lists that walks over pages go on with: each walk starts with a fresh one. */
export class Snapshots {
  readonly #lifetime: number;
  readonly #kept = new Map<string, Promise<readonly unknown[]>>();

  /** `lifetime`: milliseconds in which the next page is expected to be asked for. */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  read<T>(key: string, walk: Walk | undefined, fresh: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const known = walk === "goes on" ? this.#kept.get(key) : undefined;
    if (known) return known as Promise<readonly T[]>;
    const entries = fresh();
    if (walk) this.#keep(key, entries);
    return entries;
  }

  #keep(key: string, entries: Promise<readonly unknown[]>): void {
    const forget = () => {
      if (this.#kept.get(key) === entries) this.#kept.delete(key);
    };
    this.#kept.delete(key);
    this.#kept.set(key, entries);
    entries.catch(forget);
    setTimeout(forget, this.#lifetime).unref();
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
  }
}

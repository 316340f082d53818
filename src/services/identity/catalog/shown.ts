import type { World } from "#platform/service/kit.ts";
import type { ServiceProvider } from "../federation/federation.ts";
import type { IdentityScope, Transaction } from "../kit.ts";
import type { Role } from "../role/role.ts";

/** What stands in a token's answer besides the token has changed: when that is answered no process shows the old any more. */
export function tellShown(tx: Pick<Transaction, "emit">): Promise<void> {
  return tx.emit("catalog.changed", {});
}

export interface Names {
  readonly userId: string;
  readonly projectId?: string;
}
/** Where it is read what is kept in memory. */
export interface ShownSource {
  /** The catalogue with its addresses made for these names, as JSON. */
  catalog(names: Names): Promise<string>;
  roles(names: readonly string[]): Promise<readonly Role[]>;
  providers(): Promise<readonly ServiceProvider[]>;
}
const MOST = 2000;

/** Knows what stands in tokens' answers besides the tokens: catalogues (as JSON), roles and service providers, until somebody changes any. */
export class Shown {
  readonly #world: Pick<World<IdentityScope>, "hearing">;
  readonly #source: ShownSource;
  readonly #catalogs = new Map<string, string>();
  readonly #roles = new Map<string, readonly Role[]>();
  readonly #providers = new Map<string, readonly ServiceProvider[]>();
  /** How often it has begun anew: what was read before that is not kept. */
  #epoch = 0;

  constructor(world: Pick<World<IdentityScope>, "hearing">, source: ShownSource) {
    this.#world = world;
    this.#source = source;
  }

  forget(): void {
    this.#epoch += 1;
    for (const all of [this.#catalogs, this.#roles, this.#providers]) all.clear();
  }

  catalog(names: Names): Promise<string> | string {
    const { userId, projectId = "" } = names;
    return this.#known(this.#catalogs, `${userId} ${projectId}`, () => this.#source.catalog(names));
  }

  roles(names: readonly string[]) {
    return this.#known(this.#roles, JSON.stringify(names), () => this.#source.roles(names));
  }

  providers() {
    return this.#known(this.#providers, "", () => this.#source.providers());
  }

  #known<T>(all: Map<string, T>, key: string, read: () => Promise<T>): Promise<T> | T {
    if (this.#world.hearing) {
      const known = all.get(key);
      if (known !== undefined) return known;
    }
    return this.#read(all, key, read);
  }

  async #read<T>(all: Map<string, T>, key: string, read: () => Promise<T>): Promise<T> {
    const epoch = this.#epoch;
    const it = await read();
    if (epoch !== this.#epoch || !this.#world.hearing) return it;
    if (all.size >= MOST) all.delete(all.keys().next().value!);
    all.set(key, it);
    return it;
  }
}

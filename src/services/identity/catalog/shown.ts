import type { World } from "#platform/service/kit.ts";
import { listServiceProviders } from "../federation/provider.store.ts";
import type { IdentityScope, Transaction } from "../kit.ts";
import { listRolesNamed } from "../role/role.store.ts";
import type { Role } from "../role/role.ts";
import { catalogBody } from "../token/token.view.ts";
import { readCatalog } from "./catalog.store.ts";

/** What stands in a token's answer besides the token has changed: when that is answered no process shows the old any more. */
export function tellShown(tx: Pick<Transaction, "emit">): Promise<void> {
  return tx.emit("catalog.changed", {});
}

interface Names {
  readonly userId: string;
  readonly projectId?: string;
}
const MOST = 2000;

/** Knows what stands in tokens' answers besides the tokens: catalogues (as JSON), roles and service providers, until somebody changes any. */
export class Shown {
  readonly #world: Pick<World<IdentityScope>, "db" | "hearing">;
  readonly #catalogs = new Map<string, string>();
  readonly #roles = new Map<string, readonly Role[]>();
  readonly #providers = new Map<string, Awaited<ReturnType<typeof listServiceProviders>>>();
  /** How often it has begun anew: what was read before that is not kept. */
  #epoch = 0;

  constructor(world: Pick<World<IdentityScope>, "db" | "hearing">) {
    this.#world = world;
  }

  forget(): void {
    this.#epoch += 1;
    for (const all of [this.#catalogs, this.#roles, this.#providers]) all.clear();
  }

  /** The catalogue with its addresses made for these names, as JSON. */
  catalog(names: Names): Promise<string> | string {
    const read = async () => JSON.stringify(catalogBody(names, await readCatalog(this.#world.db, names.projectId)));
    return this.#known(this.#catalogs, `${names.userId} ${names.projectId ?? ""}`, read);
  }

  roles(names: readonly string[]) {
    return this.#known(this.#roles, JSON.stringify(names), () => listRolesNamed(this.#world.db, names));
  }

  providers() {
    return this.#known(this.#providers, "", () => listServiceProviders(this.#world.db, { enabled: "true" }));
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

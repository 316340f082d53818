import type { World } from "#platform/service/kit.ts";
import { readCatalog } from "./catalog/catalog.store.ts";
import { Shown, type ShownSource } from "./catalog/shown.ts";
import type { IdentityEvents } from "./events.ts";
import { listServiceProviders } from "./federation/provider.store.ts";
import type { IdentityScope } from "./kit.ts";
import { listRolesNamed } from "./role/role.store.ts";
import { Keeper, type KeeperSource } from "./token/keeper.ts";
import { ensureKey, listKeys } from "./token/key.store.ts";
import { listRevocations } from "./token/revocation.store.ts";
import { catalogBody } from "./token/token.view.ts";

/** One for each cloud that runs in this process: its keys tell which cloud a token belongs to. */
const keepers = new Map<Keeper, Shown>();

/** Keeps in memory, while the world lasts, what tokens are checked by and what they are shown with. */
export function keep(world: World<IdentityScope>): () => void {
  const keeper = new Keeper(world, tokenSource(world));
  const shown = new Shown(world, shownSource(world));
  const stops = [
    world.hear("token.revoked", (body) => {
      if (!body) return keeper.load();
      for (const one of (body as IdentityEvents["token.revoked"]).revocations) keeper.take(one);
    }),
    world.hear("identity.changed", () => keeper.load()),
    world.hear("catalog.changed", () => shown.forget()),
    world.hear("domain.configured", (body) => {
      if (body) world.driver.directories.leave((body as IdentityEvents["domain.configured"]).domainId);
    }),
  ];
  keepers.set(keeper, shown);
  keeper.load().catch((why: unknown) => world.log.warn({ why }, "keys and revocations could not be read yet"));
  return () => {
    keepers.delete(keeper);
    for (const stop of stops) stop();
  };
}

function tokenSource({ db, write }: World<IdentityScope>): KeeperSource {
  const keys = async () => {
    const keys = await listKeys(db);
    if (keys.length > 0) return keys;
    await write(ensureKey);
    return listKeys(db);
  };
  return { keys, revocations: () => listRevocations(db) };
}

function shownSource({ db }: World<IdentityScope>): ShownSource {
  return {
    catalog: async (names) => JSON.stringify(catalogBody(names, await readCatalog(db, names.projectId))),
    roles: (names) => listRolesNamed(db, names),
    providers: () => listServiceProviders(db, { enabled: "true" }),
  };
}

/** The token behind the text, from memory; undefined if it is not valid (any more). */
export async function check(text: string, lapsed = 0) {
  for (const keeper of keepers.keys()) {
    const it = await keeper.check(text, lapsed);
    if (it) return it;
  }
  return undefined;
}

/** The same, with what its cloud shows besides. */
export async function look(text: string, lapsed = 0) {
  for (const [keeper, shown] of keepers) {
    const it = await keeper.check(text, lapsed);
    if (it) return { token: it.token, shown };
  }
  return undefined;
}

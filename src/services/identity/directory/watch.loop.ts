import type { World } from "#platform/service/kit.ts";
import type { Directory, Present } from "../driver.ts";
import { after, TOKEN_LIFETIME } from "../identity.ts";
import { type IdentityScope, loop, type Transaction } from "../kit.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import type { Source } from "./choice.ts";
import {
  disableUsers,
  listGrantedGroups,
  listResidents,
  listSources,
  type Resident,
  seeGroups,
  seeUsers,
  setGroupsOf,
  setMembersOf,
} from "./directory.store.ts";
import { publicId } from "./directory.ts";

/** How many are looked up in one question to the driver. */
const AT_ONCE = 500;

/**
 * Directories tell nobody what changes in them. Whoever may hold a token is looked up again and again, and so are the
 * members of groups that have a role: who is gone, disabled or out of a group loses the tokens that lean on it.
 */
export const watchDirectories = loop("identity.directories.watch", {
  every: 60,
  async run(world) {
    let changed = 0;
    for (const at of await listSources(world.db, "all"))
      if (at.driver === "ldap") changed += await watched(world, at).catch((why: unknown) => unwatched(world, at, why));
    return { changed };
  },
});

type Where = World<IdentityScope>;

/** One that does not answer is asked again next time: nobody is locked out by an outage. */
function unwatched({ log }: Where, { domainName }: Directory, why: unknown): number {
  log.warn({ domain: domainName, why }, "a directory could not be watched");
  return 0;
}

async function watched(world: Where, at: Source): Promise<number> {
  return (await watchResidents(world, at)) + (at.groups ? await watchGroups(world, at) : 0);
}

async function watchResidents({ db, driver, now, write }: Where, at: Source): Promise<number> {
  const residents = await listResidents(db, at.domainId, after(now, -2 * TOKEN_LIFETIME));
  let changed = 0;
  for (let from = 0; from < residents.length; from += AT_ONCE) {
    const some = residents.slice(from, from + AT_ONCE);
    const ids = some.map(({ localId }) => localId);
    const there = new Map((await driver.directories.present(at, ids)).map((it) => [it.user.localId, it]));
    for (const it of some) {
      const found = there.get(it.localId);
      if (!isAsBefore(at, it, found) && (await write((tx) => compare(tx, at, it, found)))) changed += 1;
    }
  }
  return changed;
}

function isAsBefore({ domainId }: Source, it: Resident, found: Present | undefined): boolean {
  if (!found?.user.enabled || !it.enabled) return !found?.user.enabled && !it.enabled;
  const groups = new Set((found.groups ?? []).map(({ localId }) => publicId(domainId, "group", localId)));
  return groups.size === it.groups.length && it.groups.every((id) => groups.has(id));
}

/** Says whether somebody has lost anything. */
async function compare(tx: Transaction, at: Source, it: Resident, found: Present | undefined): Promise<boolean> {
  const gone = !found?.user.enabled;
  if (gone) await disableUsers(tx.db, [it.id]);
  else await seeUsers(tx.db, at.domainId, [found.user], tx.now);
  const groups = found?.groups ? await seeGroups(tx.db, at.domainId, found.groups) : [];
  const left = await setGroupsOf(tx.db, it.id, groups);
  if (gone || left) await revoke(tx, mark.user(it.id));
  return gone || left;
}

async function watchGroups({ db, driver, write }: Where, at: Source): Promise<number> {
  let changed = 0;
  for (const { id, localId } of await listGrantedGroups(db, at.domainId)) {
    const members = (await driver.directories.members(at, localId)) ?? [];
    changed += await write(async (tx) => {
      const left = await setMembersOf(tx.db, id, await seeUsers(tx.db, at.domainId, members, tx.now));
      await revoke(tx, ...left.map(mark.user));
      return left.length;
    });
  }
  return changed;
}

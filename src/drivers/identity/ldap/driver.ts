import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { InvalidCredentialsError } from "ldapts";
import { Refused, Unavailable } from "#platform/service/driver.ts";
import type { Directory, DirectoryDriver, Present } from "#services/identity/driver.ts";
import { LdapDirectory } from "./directory.ts";
import type { FoundUser } from "./entry.ts";
import { look } from "./look.ts";
import { refusalOf } from "./refusal.ts";
import { readSettings } from "./settings.ts";
import { Snapshots } from "./snapshots.ts";
import { within } from "./within.ts";

export interface LdapOptions {
  /** Milliseconds in which one entry, or a whole list, has to be read. */
  readonly patience?: { readonly entry: number; readonly list: number };
  /** Milliseconds in which nobody knocks again at a directory that does not answer. */
  readonly rest?: number;
  /** The least time that a refused login takes. */
  readonly refusal?: number;
  /** Is told why a directory could not be asked. */
  readonly warn?: (it: { readonly domain: string; readonly why: string }) => void;
  /** Is told why a directory did not let somebody in whom it knows. */
  readonly refused?: (it: { readonly domain: string; readonly user: string; readonly why: string }) => void;
}
interface Open {
  readonly digest: string;
  readonly directory: LdapDirectory;
}
const WALK = 60_000;

/** Directories that speak LDAP: OpenLDAP, Active Directory, 389 and their like. */
export function ldapDirectories(options: LdapOptions = {}): DirectoryDriver & { close(): void } {
  const { patience = { entry: 20_000, list: 60_000 }, rest = 1_000, refusal = 250, warn, refused } = options;
  const opened = new Map<string, Open>();
  const snapshots = new Snapshots(WALK);

  /** The domain's connections; new ones as soon as its options are others. */
  const of = (at: Directory): Open => {
    const digest = createHash("sha256").update(JSON.stringify(at.options)).digest("hex");
    const known = opened.get(at.domainId);
    if (known?.digest === digest) return known;
    known?.directory.close();
    const fresh = { digest, directory: new LdapDirectory(readSettings(at.options), rest) };
    opened.set(at.domainId, fresh);
    return fresh;
  };
  const ask = async <T>(at: Directory, time: number, work: (it: LdapDirectory) => Promise<T>): Promise<T> => {
    try {
      return await within(time, "the directory does not answer in time", async () => work(of(at).directory));
    } catch (error) {
      warn?.({ domain: at.domainId, why: (error as Error).message });
      if (error instanceof Unavailable || error instanceof Refused) throw error;
      throw new Unavailable(`the directory refuses what it is asked: ${(error as Error).message}`, { cause: error });
    }
  };
  const one = <T>(at: Directory, work: (it: LdapDirectory) => Promise<T>) => ask(at, patience.entry, work);
  const list = <T>(at: Directory, work: (it: LdapDirectory) => Promise<T>) => ask(at, patience.list, work);

  return {
    users: (at, names, walk) =>
      list(at, (it) => snapshots.read(key("users", of(at), names), walk, () => it.users(names))),
    groups: (at, names, walk) =>
      list(at, (it) => snapshots.read(key("groups", of(at), names), walk, () => it.groups(names))),
    user: (at, id) => one(at, async (it) => only(await it.usersById([id]))),
    group: (at, id) => one(at, async (it) => only(await it.groupsById([id]))),
    members: (at, id) =>
      list(at, async (it) => {
        const group = only(await it.groupsById([id]));
        return group && it.membersOf(group);
      }),
    present: (at, ids) => list(at, async (it) => whole(at, it, await it.usersById(ids))),
    async login(at, who, password) {
      const started = performance.now();
      const tell = (user: FoundUser, why: string) => refused?.({ domain: at.domainId, user: user.dn, why });
      const found = await one(at, (it) => login(at, it, { who, password, tell }));
      if (!found) await pause(Math.max(0, refusal - (performance.now() - started)));
      return found;
    },
    look: (at) => list(at, look),
    leave(domainId) {
      opened.get(domainId)?.directory.close();
      opened.delete(domainId);
    },
    close() {
      for (const { directory } of opened.values()) directory.close();
      opened.clear();
    },
  };
}

interface Attempt {
  readonly who: { readonly localId: string } | { readonly name: string };
  readonly password: string;
  tell(user: FoundUser, why: string): void;
}

async function login(at: Directory, it: LdapDirectory, { who, password, tell }: Attempt) {
  if (password === "" || password.includes("\0")) return undefined; // a bind without a password is anonymous, and succeeds
  const asked = "localId" in who ? it.usersById([who.localId]) : it.users([{ how: "equals", value: who.name }]);
  const user = only(await asked);
  const dn = user?.dn ?? `${it.settings.users.id}=${randomUUID()},${it.settings.users.base}`;
  try {
    await it.bind(dn, password);
  } catch (why) {
    if (!(why instanceof InvalidCredentialsError)) throw why;
    if (user) tell(user, refusalOf(why));
    return undefined;
  }
  return user && (await whole(at, it, [user]))[0];
}

/** Users with their groups, if these are kept in the directory. */
async function whole(at: Directory, it: LdapDirectory, users: readonly FoundUser[]): Promise<readonly Present[]> {
  const found: Present[] = [];
  for (const user of users) found.push({ user, groups: at.groups ? await it.groupsOf(user) : null });
  return found;
}

/** The one that was found; among several nobody can tell who is meant. */
function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

function key(kind: string, { digest }: Open, names: object): string {
  return JSON.stringify([kind, digest, names]);
}

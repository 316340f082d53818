import type { Client, Filter } from "ldapts";
import type { Condition } from "#services/identity/driver.ts";
import { isBelow, sameDn } from "./dn.ts";
import { Door } from "./door.ts";
import {
  all,
  among,
  type FoundGroup,
  type FoundUser,
  groupAttributes,
  groupOf,
  type Listed,
  type Read,
  userAttributes,
  userOf,
} from "./entry.ts";
import { anyOf, equal, named, ofTree } from "./filter.ts";
import { byDn, inParts } from "./parts.ts";
import { Pool } from "./pool.ts";
import { entry, search } from "./search.ts";
import type { Settings, Tree } from "./settings.ts";

/** How deep groups may lie in groups. */
const DEPTH = 32;

/** The entries of one directory, read over a few connections. */
export class LdapDirectory {
  readonly settings: Settings;
  /** For questions; logins have connections of their own, for each bind changes who a connection speaks for. */
  readonly searches: Pool;
  readonly logins: Pool;

  constructor(settings: Settings, rest: number) {
    const door = new Door(settings, rest);
    this.settings = settings;
    this.searches = new Pool(
      settings.searches,
      () => door.open(),
      (client) => client.isBound,
    );
    this.logins = new Pool(
      settings.logins,
      () => door.open(),
      (client) => client.isConnected,
    );
  }

  close(): void {
    this.searches.close();
    this.logins.close();
  }

  users(names: readonly Condition[]): Promise<readonly FoundUser[]> {
    const { users } = this.settings;
    if (impossible(names)) return Promise.resolve([]);
    return this.#users(names.map((one) => named(users.name, one)));
  }

  groups(names: readonly Condition[]): Promise<readonly FoundGroup[]> {
    const { groups } = this.settings;
    if (impossible(names)) return Promise.resolve([]);
    return this.#groups(names.map((one) => named(groups.name, one)));
  }

  usersById(ids: readonly string[]): Promise<readonly FoundUser[]> {
    const { id } = this.settings.users;
    return inParts(ids, (some) => this.#users([some.length === 1 ? equal(id, some[0]!) : anyOf(id, some)]));
  }

  groupsById(ids: readonly string[]): Promise<readonly FoundGroup[]> {
    return inParts(ids, (some) => this.#groups([anyOf(this.settings.groups.id, some)]));
  }

  /** The groups that a user is in; with nested groups, those that these are in as well. */
  async groupsOf(user: FoundUser): Promise<readonly FoundGroup[]> {
    const { byId, nested, member } = this.settings.groups;
    const found = new Map<string, FoundGroup>();
    let inner = [byId ? user.localId : user.dn];
    for (let depth = 0; inner.length > 0 && depth < DEPTH; depth += 1) {
      const groups = await inParts(inner, (some) => this.#groups([anyOf(member, some)]));
      const fresh = groups.filter(({ dn }) => !found.has(sameDn(dn)));
      for (const one of fresh) found.set(sameDn(one.dn), one);
      inner = nested ? fresh.map((one) => (byId ? one.localId : one.dn)) : [];
    }
    return [...found.values()];
  }

  /** The users in a group; with nested groups, those in the groups in it as well. */
  async membersOf(group: FoundGroup): Promise<readonly FoundUser[]> {
    const { byId, nested } = this.settings.groups;
    const seen = new Set([sameDn(group.dn)]);
    const members = new Set<string>();
    let outer = [group];
    for (let depth = 0; outer.length > 0 && depth < DEPTH; depth += 1) {
      const within = await this.#namesIn(outer);
      for (const one of within) members.add(one);
      const groups = !nested ? [] : byId ? await this.groupsById(within) : await this.#groupsByDn(within);
      outer = groups.filter(({ dn }) => !seen.has(sameDn(dn)));
      for (const one of outer) seen.add(sameDn(one.dn));
    }
    return byId ? this.usersById([...members]) : this.#usersByDn([...members]);
  }

  /** Binds as somebody: throws InvalidCredentialsError when the password is another. */
  bind(dn: string, password: string): Promise<void> {
    return this.logins.use((client) => client.bind(dn, password));
  }

  #users(filters: readonly Filter[]): Promise<readonly FoundUser[]> {
    const { users } = this.settings;
    return this.searches.use(async (client) => {
      const found = await this.#ask(client, users, filters, userAttributes(users));
      if (found.length === 0) return [];
      const listed = await this.#enabled(client, found);
      return found.map((it) => userOf(it, users, listed)).filter((it) => it !== undefined);
    });
  }

  #groups(filters: readonly Filter[]): Promise<readonly FoundGroup[]> {
    const { groups } = this.settings;
    return this.searches.use(async (client) => {
      const found = await this.#ask(client, groups, filters, groupAttributes(groups));
      return found.map((it) => groupOf(it, groups)).filter((it) => it !== undefined);
    });
  }

  /** Whom these groups name as their members. */
  #namesIn(groups: readonly FoundGroup[]): Promise<readonly string[]> {
    const { member } = this.settings.groups;
    return this.searches.use(async (client) => {
      const names: string[] = [];
      for (const { dn } of groups) {
        const it = await entry(client, { base: dn, attributes: [member] });
        for (const one of it ? all(it, member) : []) names.push(one);
      }
      return names;
    });
  }

  #ask(client: Client, tree: Tree, filters: readonly Filter[], attributes: readonly string[]) {
    const { scope, pageSize, whole } = this.settings;
    return search(client, { base: tree.base, scope, filter: ofTree(tree, filters), attributes, whole }, pageSize);
  }

  /** Where a group says who is enabled: one question for everybody, and a small one for somebody. */
  async #enabled(client: Client, found: readonly Read[]): Promise<Listed> {
    const { enabled, id } = this.settings.users;
    if (enabled.by !== "group") return () => true;
    const { member, byId } = enabled.membership;
    const [only] = found.length === 1 ? found : [];
    const value = only && (byId ? all(only, id)[0] : only.dn);
    const filter = value === undefined ? {} : { filter: equal(member, value) };
    const it = await entry(client, {
      base: enabled.dn,
      attributes: value === undefined ? [member] : ["1.1"],
      ...filter,
    });
    if (value !== undefined) return () => it !== undefined;
    return among(it ? all(it, member) : [], byId);
  }

  #usersByDn(dns: readonly string[]): Promise<readonly FoundUser[]> {
    return byDn(this.#in(this.settings.users, dns), (filter) => this.#users([filter]));
  }

  #groupsByDn(dns: readonly string[]): Promise<readonly FoundGroup[]> {
    return byDn(this.#in(this.settings.groups, dns), (filter) => this.#groups([filter]));
  }

  /** Those names that a search in a tree can find: an alias may lead out of it. */
  #in({ base }: Tree, dns: readonly string[]): readonly string[] {
    return this.settings.aliases === "never" ? dns.filter(isBelow(base)) : dns;
  }
}

/** No name is empty, and no value that is asked of one may be. */
function impossible(names: readonly Condition[]): boolean {
  return names.some(({ value }) => value === "");
}

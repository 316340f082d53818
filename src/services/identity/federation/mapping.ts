/** A rule's part about what a provider says: of which attribute, and what its values have to be (or which of them count). */
export interface Remote {
  readonly type: string;
  readonly any_one_of?: readonly string[];
  readonly not_any_of?: readonly string[];
  readonly whitelist?: readonly string[];
  readonly blacklist?: readonly string[];
  readonly regex?: boolean;
}
export interface Place {
  readonly id?: string;
  readonly name?: string;
}
/** What it makes of that; texts may hold {0}, {1} …: the values of the attributes, in the order in which they were asked for. */
export interface Local {
  readonly user?: {
    readonly id?: string;
    readonly name?: string;
    readonly email?: string;
    readonly domain?: Place;
    readonly type?: "ephemeral" | "local";
  };
  readonly group?: { readonly id?: string; readonly name?: string; readonly domain?: Place };
  /** Names of groups in `domain`: a list in an attribute. */
  readonly groups?: string;
  readonly group_ids?: string;
  readonly domain?: Place;
  readonly projects?: readonly {
    readonly name: string;
    readonly roles: readonly { readonly name: string }[];
    readonly domain?: Place;
  }[];
}
export interface MappingRule {
  readonly local: readonly Local[];
  readonly remote: readonly Remote[];
}
export interface Mapping {
  readonly id: string;
  readonly rules: readonly MappingRule[];
  readonly schemaVersion: string;
}
/** What a provider says of a user: attributes with their values. */
export type Assertion = Readonly<Record<string, readonly string[]>>;

export interface Mapped {
  readonly user: NonNullable<Local["user"]>;
  readonly groupIds: readonly string[];
  readonly groups: readonly { readonly name: string; readonly domain: Place }[];
  readonly projects: NonNullable<Local["projects"]>;
}

type Value = string | readonly string[];

/**
 * Whom the rules make of an assertion: every rule whose conditions all hold adds its part, and the first that names a user
 * says who it is. Undefined: no rule makes anybody of it.
 * https://docs.openstack.org/keystone/latest/admin/federation/mapping_combinations.html
 */
export function applied(rules: readonly MappingRule[], assertion: Assertion): Mapped | undefined {
  const parts = rules.flatMap(({ local, remote }) => {
    const values = valuesOf(remote, assertion);
    return values ? local.map((it) => filled(it, values)) : [];
  });
  const user = parts.find((part) => part.user)?.user;
  if (parts.length === 0) return undefined;
  return {
    user: user ?? {},
    groupIds: [
      ...new Set(parts.flatMap((part) => [...(part.group?.id ? [part.group.id] : []), ...listed(part.group_ids)])),
    ],
    groups: parts.flatMap(namedGroups),
    projects: parts.flatMap((part) => part.projects ?? []),
  };
}

/** The values that {0}, {1} … stand for; undefined where a condition does not hold. */
function valuesOf(remote: readonly Remote[], assertion: Assertion): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const one of remote) {
    const given = assertion[one.type];
    if (given === undefined || !holds(one, given)) return undefined;
    if (one.any_one_of || one.not_any_of) continue;
    const left = given.filter((value) => counts(one, value));
    values.push(left.length === 1 && !one.whitelist && !one.blacklist ? left[0]! : left);
  }
  return values;
}

function holds({ any_one_of: any, not_any_of: none, regex }: Remote, given: readonly string[]): boolean {
  if (any) return given.some((value) => matches(any, value, regex));
  return !none || !given.some((value) => matches(none, value, regex));
}

function counts({ whitelist, blacklist, regex }: Remote, value: string): boolean {
  if (whitelist) return matches(whitelist, value, regex);
  return !blacklist || !matches(blacklist, value, regex);
}

function matches(list: readonly string[], value: string, regex = false): boolean {
  return regex ? list.some((pattern) => new RegExp(pattern).test(value)) : list.includes(value);
}

/** A part with the attributes' values in their places; several values in one text stand as a list. */
function filled(it: Local, values: readonly Value[]): Local {
  const fill = (text: string) => text.replace(/\{(\d+)\}/g, (whole, at) => spelled(values[Number(at)]) ?? whole);
  const deep = (part: unknown): unknown => {
    if (typeof part === "string") return fill(part);
    if (Array.isArray(part)) return part.map(deep);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, deep(inner)]));
  };
  return deep(it) as Local;
}

function spelled(value: Value | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : value.join(";");
}

/** A list in a text: "a;b", or as Python writes it: "['a', 'b']". */
function listed(text: string | undefined): readonly string[] {
  if (!text) return [];
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  const parts =
    inner === undefined ? text.split(";") : inner.split(",").map((part) => part.trim().replace(/^u?['"]|['"]$/g, ""));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function namedGroups({ group, groups, domain }: Local): Mapped["groups"] {
  const own = group?.name ? [{ name: group.name, domain: group.domain ?? {} }] : [];
  return [...own, ...listed(groups).map((name) => ({ name, domain: domain ?? {} }))];
}

/** Why a regular expression of the rules cannot be used; undefined: they all can. */
export function faultOf(rules: readonly MappingRule[]): string | undefined {
  for (const { remote } of rules)
    for (const { regex, any_one_of, not_any_of, whitelist, blacklist } of remote)
      for (const pattern of regex ? [any_one_of, not_any_of, whitelist, blacklist].flatMap((list) => list ?? []) : [])
        if (!isPattern(pattern)) return `"${pattern}" is no regular expression`;
  return undefined;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

import type { Entry } from "ldapts";
import type { DirectoryGroup, DirectoryUser } from "#services/identity/driver.ts";
import { sameDn, splitDn } from "./dn.ts";
import { guidText, isGuid } from "./guid.ts";
import type { Enabled, GroupTree, Tree, UserTree } from "./settings.ts";

/** An entry's values by the attributes' names in lower case: servers spell them as they like. */
export interface Read {
  readonly dn: string;
  readonly values: ReadonlyMap<string, readonly string[]>;
}
export type FoundUser = DirectoryUser & { readonly dn: string };
export type FoundGroup = DirectoryGroup & { readonly dn: string };
/** Who is enabled, where a group says so. */
export type Listed = (user: { readonly dn: string; readonly id: string }) => boolean;

export function read(it: Entry): Read {
  const values = new Map<string, readonly string[]>();
  for (const key of Object.keys(it)) if (key !== "dn") values.set(key.toLowerCase(), texts(key, it[key]!));
  return { dn: it.dn, values };
}

function texts(attribute: string, values: Entry[string]): readonly string[] {
  return Array.isArray(values) ? values.map((one) => text(attribute, one)) : [text(attribute, values)];
}

function text(attribute: string, value: string | Buffer): string {
  if (typeof value !== "string" && isGuid(attribute)) return guidText(value);
  return value.toString().replaceAll("\0", ""); // which a database cannot keep
}

export const all = ({ values }: Read, attribute: string) => values.get(attribute.toLowerCase()) ?? [];
export const first = (it: Read, attribute: string | undefined) => (attribute ? all(it, attribute)[0] : undefined);

/** The attributes that are asked for. */
export function userAttributes({ mail, defaultProject, enabled, ...tree }: UserTree): string[] {
  const where = enabled.by === "flag" || enabled.by === "mask" ? [enabled.attribute] : [];
  return [...attributes(tree), mail, defaultProject, ...where].filter((one) => one !== undefined);
}

/** Not the members: a list of groups would be as long as all of theirs. */
export const groupAttributes = (tree: GroupTree): string[] => attributes(tree);

function attributes({ id, name, description, more }: Tree): string[] {
  return [id, name, description, ...Object.values(more)].filter((one) => one !== undefined);
}

/** Undefined: an entry without an id or a name is no user. */
export function userOf(it: Read, tree: UserTree, listed: Listed): FoundUser | undefined {
  const named = identified(it, tree);
  if (!named) return undefined;
  const mail = first(it, tree.mail);
  return {
    ...named,
    enabled: isEnabled(it, tree.enabled, () => listed({ dn: it.dn, id: named.localId })),
    defaultProjectId: first(it, tree.defaultProject) ?? null,
    extra: { ...extras(it, tree), ...(mail !== undefined && { email: mail }) },
  };
}

export function groupOf(it: Read, tree: GroupTree): FoundGroup | undefined {
  const named = identified(it, tree);
  if (!named) return undefined;
  const { description = "", ...extra } = extras(it, tree);
  return { ...named, description, extra };
}

function identified(it: Read, { id, name }: Tree) {
  const [localId, title] = [idOf(it, id), first(it, name)];
  return localId && title ? { dn: it.dn, localId, name: title } : undefined;
}

/** Of several values the one that the entry is named by: in which order they come is nobody's promise. */
function idOf(it: Read, attribute: string): string | undefined {
  const values = all(it, attribute);
  if (values.length < 2) return values[0];
  const naming = splitDn(it.dn)?.[0]?.find(([one]) => one.toLowerCase() === attribute.toLowerCase());
  return naming?.[1] ?? values[0];
}

function extras(it: Read, { description, more }: Tree): Readonly<Record<string, string>> {
  const pairs = Object.entries({ ...(description && { description }), ...more });
  const found = pairs.map(([name, attribute]) => [name, first(it, attribute)] as const);
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

function isEnabled(it: Read, how: Enabled, listed: () => boolean): boolean {
  if (how.by === "nothing") return true;
  if (how.by === "group") return listed();
  const value = first(it, how.attribute);
  if (how.by === "mask") {
    const bits = value === undefined ? how.otherwise : Number(value);
    return Number.isInteger(bits) && (bits & how.mask) !== how.mask;
  }
  const flag = value === undefined ? how.otherwise : value.toLowerCase() === "true";
  return how.invert ? !flag : flag;
}

/** The way to ask whether somebody is among these members. */
export function among(members: readonly string[], byId: boolean): Listed {
  const known = new Set(byId ? members : members.map(sameDn));
  return ({ dn, id }) => known.has(byId ? id : sameDn(dn));
}

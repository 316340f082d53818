import type { Filter } from "ldapts";
import { sameDn, splitDn } from "./dn.ts";
import { anyOf } from "./filter.ts";

/** How many values one question names at most. */
const AT_ONCE = 100;

/** Entries by their names: asked for by the first parts of the names, a hundred at a time, and then told apart. */
export async function byDn<T extends { readonly dn: string }>(
  dns: readonly string[],
  ask: (filter: Filter) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const wanted = new Set(dns.map(sameDn));
  const by = new Map<string, string[]>();
  for (const dn of dns) {
    const [attribute, value] = splitDn(dn)?.[0]?.[0] ?? [];
    if (attribute !== undefined && value !== undefined) by.set(attribute, [...(by.get(attribute) ?? []), value]);
  }
  const found: T[] = [];
  for (const [attribute, values] of by) found.push(...(await inParts(values, (some) => ask(anyOf(attribute, some)))));
  return found.filter(({ dn }) => wanted.has(sameDn(dn)));
}

export async function inParts<T>(
  values: readonly string[],
  ask: (some: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let from = 0; from < values.length; from += AT_ONCE)
    found.push(...(await ask(values.slice(from, from + AT_ONCE))));
  return found;
}

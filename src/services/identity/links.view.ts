import { type Filters, pageOf } from "./identity.ts";
import type { Context } from "./kit.ts";

/** A whole collection, with the links that say where it is. */
export function collection(ctx: Context, key: string, path: string, query: Filters, items: readonly object[]) {
  return { [key]: items, links: { next: null, self: `${ctx.url}${path}${search(query)}`, previous: null } };
}

/** One page of a collection: the whole, unless a limit was asked for. */
export function page(ctx: Context, key: string, path: string, query: Filters, items: readonly { id: string }[]) {
  const { limit = Number.POSITIVE_INFINITY } = pageOf(query);
  const whole = collection(ctx, key, path, query, items);
  const marker = items.at(-1)?.id;
  const next = items.length < limit ? null : `${ctx.url}${path}${search({ ...query, marker })}`;
  return { ...whole, links: { next, self: `${ctx.url}${path}${search(query)}`, previous: null } };
}

/** The link of one resource to itself. */
export function self(ctx: Context, path: string) {
  return { links: { self: `${ctx.url}${path}` } };
}

function search(query: Filters): string {
  const pairs = Object.entries(query).flatMap(([key, value]) => [value ?? []].flat().map((one) => [key, one]));
  return pairs.length > 0 ? `?${new URLSearchParams(pairs as [string, string][])}` : "";
}

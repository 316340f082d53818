import { type SelectQueryBuilder, sql } from "kysely";
import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { type Filters, pageOf } from "./identity.ts";

type How = "equals" | "contains" | "icontains" | "startswith" | "istartswith" | "endswith" | "iendswith" | "iequals";

/** Narrows a list by what its query string says of these columns: `name=…`, `name__contains=…`, `enabled=0`. */
export function filtered<DB, TB extends keyof DB, O>(
  select: SelectQueryBuilder<DB, TB, O>,
  query: Filters,
  by: { readonly texts: readonly string[]; readonly flags?: readonly string[]; readonly moments?: readonly string[] },
): SelectQueryBuilder<DB, TB, O> {
  let narrowed = select;
  for (const [key, given] of Object.entries(query)) {
    const [column = "", how = "equals"] = key.split("__");
    const value = [given].flat().at(-1);
    if (value === undefined) continue;
    if (by.texts.includes(column)) narrowed = narrowed.where(text(column, how as How, value));
    if (by.moments?.includes(key)) narrowed = narrowed.where(moment(key, value));
    if (by.flags?.includes(key)) narrowed = narrowed.where(sql<boolean>`${sql.ref(column)} = ${isTrue(value)}`);
  }
  return narrowed;
}

const compared: Readonly<Record<string, ReturnType<typeof sql.raw>>> = {
  lt: sql.raw("<"),
  lte: sql.raw("<="),
  gt: sql.raw(">"),
  gte: sql.raw(">="),
  eq: sql.raw("="),
  neq: sql.raw("<>"),
};

/** `lt:2026-11-06T15:32:17Z`; without a comparison: that very moment. */
function moment(column: string, value: string) {
  const [, how = "eq", at = ""] = /^(?:([a-z]+):)?(.*)$/.exec(value) ?? [];
  const operator = own(compared, how);
  if (!operator) throw badRequest(`The given operator ${how} is not valid. ${malformed}`);
  const ms = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(at) ? at : `${at}Z`);
  if (Number.isNaN(ms)) throw badRequest(`Timestamp not in expected format. ${malformed}`);
  return sql<boolean>`${sql.ref(column)} ${operator} ${new Date(ms).toISOString()}::timestamptz`;
}

const malformed =
  "The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.";

/** Narrows a list to what lies in a domain, where one is given. */
export function within<DB, TB extends keyof DB, O>(
  select: SelectQueryBuilder<DB, TB, O>,
  domainId: string | undefined,
): SelectQueryBuilder<DB, TB, O> {
  return domainId === undefined ? select : select.where(sql<boolean>`domain_id = ${domainId}`);
}

/** Puts a list in order; a page of it (`limit`, `marker`) is in the order of ids. */
export function ordered<DB, TB extends keyof DB, O>(
  select: SelectQueryBuilder<DB, TB, O>,
  query: Filters,
  by: readonly string[] = ["name", "id"],
): SelectQueryBuilder<DB, TB, O> {
  const { limit, marker } = pageOf(query);
  if (limit === undefined && marker === undefined)
    return by.reduce((it, column) => it.orderBy(sql.ref(column)), select);
  const behind = marker === undefined ? select : select.where(sql<boolean>`id > ${marker}`);
  const page = behind.orderBy(sql.ref("id"));
  return limit === undefined ? page : page.limit(limit);
}

/** Only "0" and "false" are false. */
export function isTrue(value: string): boolean {
  return !["0", "false"].includes(value.trim().toLowerCase());
}

function text(column: string, how: How, value: string) {
  const it = sql.ref(column);
  const parts = {
    equals: sql<boolean>`${it} = ${value}`,
    iequals: sql<boolean>`lower(${it}) = lower(${value})`,
    contains: sql<boolean>`strpos(${it}, ${value}) > 0`,
    icontains: sql<boolean>`strpos(lower(${it}), lower(${value})) > 0`,
    startswith: sql<boolean>`starts_with(${it}, ${value})`,
    istartswith: sql<boolean>`starts_with(lower(${it}), lower(${value}))`,
    endswith: sql<boolean>`right(${it}, length(${value})) = ${value}`,
    iendswith: sql<boolean>`right(lower(${it}), length(${value})) = lower(${value})`,
  };
  return Object.hasOwn(parts, how) ? parts[how] : sql<boolean>`true`;
}

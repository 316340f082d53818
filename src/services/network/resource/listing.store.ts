import { type SelectQueryBuilder, sql } from "kysely";
import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { paged } from "#platform/store/page.ts";
import type { Asked } from "./listing.ts";

// biome-ignore lint/suspicious/noExplicitAny: any table's query
export type AnyQuery = SelectQueryBuilder<any, any, any>;
/** Narrows a query to the rows of which an attribute has one of the values. */
export interface Filter {
  narrow(query: AnyQuery, values: readonly string[]): AnyQuery;
  /** The column to sort by, where one may. */
  readonly column?: string;
}
export type Filters = Readonly<Record<string, Filter>>;

/** A column that holds text. */
export function plain(column: string): Filter {
  return { column, narrow: (query, values) => query.where(column, "in", values) };
}
/** Text or nothing, where clients ask for nothing with an empty value. */
export function nullable(column: string): Filter {
  const narrow: Filter["narrow"] = (query, values) =>
    query.where((eb) => eb.or([eb(column, "in", values), ...(values.includes("") ? [eb(column, "is", null)] : [])]));
  return { column, narrow };
}
export function truth(column: string): Filter {
  return { column, narrow: (query, values) => query.where(column, "in", values.map(readTruth)) };
}
export function number(column: string): Filter {
  const read = (text: string) => (/^-?\d{1,15}$/.test(text) ? Number(text) : -1);
  return { column, narrow: (query, values) => query.where(column, "in", values.map(read)) };
}
/** An inet or cidr column, compared as text. */
export function address(column: string): Filter {
  const narrow: Filter["narrow"] = (query, values) =>
    query.where(sql`regexp_replace(${sql.ref(column)}::text, '/(32|128)$', '')`, "in", values);
  return { column, narrow };
}
/** What no row has another value of. */
export function constant(value: string): Filter {
  return { narrow: (query, values) => (values.includes(value) ? query : query.where(sql<boolean>`false`)) };
}
/** A column of time. */
export function time(column: string): Filter {
  const narrow: Filter["narrow"] = (query, values) =>
    query.where(
      sql`date_trunc('second', ${sql.ref(column)})`,
      "in",
      values.map((text) => readTime(text, column)),
    );
  return { column, narrow };
}
/** By a subquery or the like. */
export function custom(narrow: Filter["narrow"]): Filter {
  return { narrow };
}

/** The filters that nearly every resource has. */
export const standardFilters: Filters = {
  id: plain("id"),
  project_id: plain("projectId"),
  tenant_id: plain("projectId"),
  description: plain("description"),
  revision_number: number("revision"),
  created_at: time("createdAt"),
  updated_at: time("updatedAt"),
  changed_since: custom((query, [since]) => query.where("updatedAt", ">=", readTime(since, "changed_since"))),
};
export const tagFilters: Filters = {
  tags: custom((query, values) => query.where(sql<boolean>`tags ?& ${tagsOf(values)}`)),
  "tags-any": custom((query, values) => query.where(sql<boolean>`tags ?| ${tagsOf(values)}`)),
  "not-tags": custom((query, values) => query.where(sql<boolean>`not tags ?& ${tagsOf(values)}`)),
  "not-tags-any": custom((query, values) => query.where(sql<boolean>`not tags ?| ${tagsOf(values)}`)),
};

/** One page of the rows that a query leaves, filtered and sorted as asked; `marked` finds the marker's row. */
export async function listed<R extends object>(query: AnyQuery, filters: Filters, asked: Asked): Promise<R[]> {
  let narrowed = query;
  for (const [name, values] of asked.where) {
    const filter = own(filters, name);
    if (!filter)
      throw badRequest(
        `[${asked.where
          .filter(([n]) => !own(filters, n))
          .map(([n]) => `'${n}'`)
          .join(", ")}] is invalid attribute for filtering`,
        "HTTPBadRequest",
      );
    narrowed = filter.narrow(narrowed, values);
  }
  const after = asked.marker === undefined ? undefined : await query.where("id", "=", asked.marker).executeTakeFirst();
  if (asked.marker !== undefined && !after)
    throw badRequest(`The marker ${asked.marker} could not be found`, "HTTPBadRequest");
  const rows = (await paged(narrowed, { sort: order(filters, asked), after, limit: asked.limit }).execute()) as R[];
  return asked.reverse ? rows.reverse() : rows;
}

function order(filters: Filters, { sort, reverse }: Asked) {
  const flip = (way: "asc" | "desc") => (reverse ? (way === "asc" ? "desc" : "asc") : way);
  const named = sort.map(({ key, way }) => ({ column: sortable(filters, key), way: flip(way) }));
  return named.some(({ column }) => column === "id") ? named : [...named, { column: "id", way: flip("asc") }];
}
function sortable(filters: Filters, key: string): string {
  const column = own(filters, key)?.column;
  if (!column) throw badRequest(`['${key}'] is invalid attribute for sort_keys`, "HTTPBadRequest");
  return column;
}
function tagsOf(values: readonly string[]) {
  return sql`array[${sql.join(values.flatMap((value) => value.split(",")))}]::text[]`;
}
function readTruth(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off|)$/i.test(text)) return false;
  throw badRequest(`Invalid input for operation: '${text}' cannot be converted to boolean.`, "InvalidInput");
}
const moment = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?$/;
/** The plus sign of a zone arrives as a space where the client did not encode it. */
function readTime(text: string | undefined, what: string): string {
  const [, day, time = "00:00:00", zone = "Z"] = moment.exec((text ?? "").replace(/ (\d\d:?\d\d)$/, "+$1")) ?? [];
  const at = new Date(`${day}T${time}${zone}`);
  if (day === undefined || Number.isNaN(at.getTime()) || !/^\d{4}-/.test(at.toISOString()))
    throw badRequest(
      `Invalid input for operation: The input ${what.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)} must be in the following format: YYYY-MM-DDTHH:MM:SS.`,
      "InvalidInput",
    );
  return at.toISOString();
}

/** A row as PostgreSQL takes it: lists and dictionaries as JSON. */
export function written<R extends object>(row: R): R {
  const json = (value: unknown) => (value !== null && typeof value === "object" ? JSON.stringify(value) : value);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, json(value)])) as R;
}

import { type ExpressionBuilder, type ExpressionWrapper, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { Loose } from "../service/loose.ts";

export interface Sort {
  readonly column: string;
  readonly way: "asc" | "desc";
}
export interface Page {
  /** The last column must be unique, or rows may be skipped between pages. */
  readonly sort: readonly Sort[];
  /** The marker's row: the page starts behind it. */
  readonly after?: object | undefined;
  readonly limit?: number | undefined;
}
type Eb = ExpressionBuilder<Loose, Loose>;
type Bool = ExpressionWrapper<Loose, Loose, SqlBool>;

/**
 * Keyset paging: orders a query, starts it behind a marker's row and limits it. Nulls sort last when ascending and first when
 * descending, as PostgreSQL has it.
 */
export function paged<Q extends SelectQueryBuilder<Loose, Loose, Loose>>(query: Q, { sort, after, limit }: Page): Q {
  let q = query as SelectQueryBuilder<Loose, Loose, Loose>;
  if (after) q = q.where((eb) => behind(eb, sort, after as Record<string, unknown>));
  for (const { column, way } of sort) q = q.orderBy(column, way);
  if (limit !== undefined) q = q.limit(limit);
  return q as Q;
}

/** (a > x) or (a = x and b > y) or …, each in its own direction. */
function behind(eb: Eb, sort: readonly Sort[], row: Record<string, unknown>): Bool {
  const ways = sort.map((one, i) => {
    const same = sort.slice(0, i).map((s) => equal(eb, s.column, row[bare(s.column)]));
    return eb.and([...same, beyond(eb, one, row[bare(one.column)])]);
  });
  return eb.or(ways) as Bool;
}

const bare = (column: string) => column.slice(column.lastIndexOf(".") + 1);

function equal(eb: Eb, column: string, value: unknown): Bool {
  return (value === null ? eb(column, "is", null) : eb(column, "=", value)) as Bool;
}

function beyond(eb: Eb, { column, way }: Sort, value: unknown): Bool {
  if (way === "asc")
    return value === null
      ? (sql`false` as unknown as Bool)
      : (eb.or([eb(column, ">", value), eb(column, "is", null)]) as Bool);
  return (value === null ? eb(column, "is not", null) : eb(column, "<", value)) as Bool;
}

import { type SelectQueryBuilder, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { KeptRows, type Version, version } from "#platform/store/kept.ts";
import { paged, type Sort } from "#platform/store/page.ts";
import type { ComputeTables } from "../tables.ts";
import type { ServerFilter } from "./filter.ts";
import type { Server } from "./server.ts";

type Servers = Db<ComputeTables>;
type Query = SelectQueryBuilder<ComputeTables, "computeServers", object>;

export interface ServersAsked extends ServerFilter {
  readonly sort: readonly Sort[];
  readonly after?: Server;
  readonly limit: number;
}

const kept = new KeptRows<Server>(8_000_000);

/** Not to be asked in a transaction that changes servers. */
export async function listServers(db: Servers, ask: ServersAsked): Promise<Server[]> {
  const found = await paged(matching(db, ask).select(["id", version]), ask).execute();
  return kept.rows(found as Version[], (ids) => readServers(db, ids));
}

function readServers(db: Servers, ids: string[]): Promise<(Server & Version)[]> {
  const its = db.selectFrom("computeServers").selectAll().select(version);
  return its.where(sql<boolean>`id = any(${ids})`).execute() as Promise<(Server & Version)[]>;
}

/** The ids of all that match, whatever the page: for filters that only a neighbour can answer. */
export async function listServerIds(db: Servers, ask: ServerFilter): Promise<string[]> {
  return (await matching(db, ask).select("id").execute()).map((it) => it.id);
}

/** Those of some texts that a pattern fits; asked here, because the database's engine does not run away on a bad pattern. */
export async function textsLike(db: Servers, texts: readonly string[], pattern: string): Promise<Set<string>> {
  const found = await sql<{
    it: string;
  }>`select it from unnest(${[...texts]}::text[]) it where it ~ ${pattern}`.execute(db);
  return new Set(found.rows.map(({ it }) => it));
}

function matching(db: Servers, ask: ServerFilter): Query {
  let its = db.selectFrom("computeServers") as Query;
  if (ask.projectId !== undefined) its = its.where("projectId", "=", ask.projectId);
  if (ask.ids) its = ask.ids.length > 0 ? its.where("id", "in", ask.ids) : its.where(sql<boolean>`false`);
  if (ask.deleted !== undefined) its = its.where("state", ask.deleted ? "=" : "<>", "deleted");
  if (ask.changedSince) its = its.where("updatedAt", ">=", ask.changedSince);
  if (ask.changedBefore) its = its.where("updatedAt", "<=", ask.changedBefore);
  if (ask.states) its = ask.states.length > 0 ? its.where("state", "in", ask.states) : its.where(sql<boolean>`false`);
  if (ask.tasks) its = its.where("task", "in", ask.tasks);
  return tagged(alike(its, ask), ask);
}

function alike(query: Query, { like = {}, equal = {}, at = {} }: ServerFilter): Query {
  let its = query;
  for (const [column, pattern] of Object.entries(like)) its = its.where(sql<boolean>`${sql.ref(column)} ~ ${pattern}`);
  for (const [column, value] of Object.entries(equal)) its = its.where(same(column, value));
  for (const [column, when] of Object.entries(at))
    its = its.where(
      sql<boolean>`date_trunc('second', ${sql.ref(column)}) = date_trunc('second', ${when}::timestamptz)`,
    );
  return its;
}

function same(column: string, value: unknown) {
  return value === null ? sql<boolean>`${sql.ref(column)} is null` : sql<boolean>`${sql.ref(column)} = ${value}`;
}

function tagged(query: Query, { tags, tagsAny, notTags, notTagsAny }: ServerFilter): Query {
  let its = query;
  if (tags) its = its.where(sql<boolean>`tags ?& ${[...tags]}::text[]`);
  if (tagsAny) its = its.where(sql<boolean>`tags ?| ${[...tagsAny]}::text[]`);
  if (notTags) its = its.where(sql<boolean>`not (tags ?& ${[...notTags]}::text[])`);
  if (notTagsAny) its = its.where(sql<boolean>`not (tags ?| ${[...notTagsAny]}::text[])`);
  return its;
}

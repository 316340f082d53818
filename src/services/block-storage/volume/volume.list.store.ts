import { type SelectQueryBuilder, sql } from "kysely";
import { own } from "#platform/api/own.ts";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { Page } from "../page.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Filter } from "./volume.filter.ts";
import type { Volume } from "./volume.ts";

type Tables = Db<BlockStorageTables>;
// biome-ignore lint/suspicious/noExplicitAny: any of the two tables that are listed
type Any = SelectQueryBuilder<any, any, any>;

export function listVolumes(db: Tables, filter: Filter, page: Page, after?: Volume): Promise<Volume[]> {
  const query = narrowed(db.selectFrom("blockStorageVolumes").selectAll(), filter);
  return paged(query, { sort: page.sort, after, limit: page.limit }).offset(page.offset).execute() as Promise<Volume[]>;
}

export async function countVolumes(db: Tables, filter: Filter): Promise<{ count: number; gib: number }> {
  const query = db
    .selectFrom("blockStorageVolumes")
    .select([sql<number>`count(*)::int`.as("count"), sql<number>`coalesce(sum(gib), 0)::bigint`.as("gib")]);
  const { count, gib } = (await narrowed(query, filter).executeTakeFirstOrThrow()) as { count: number; gib: number };
  return { count, gib: Number(gib) };
}

/** Every metadata key with the values that it has somewhere. */
export async function metadataIn(db: Tables, filter: Filter): Promise<Record<string, string[]>> {
  const rows = (await narrowed(db.selectFrom("blockStorageVolumes").select("metadata"), filter).execute()) as Volume[];
  const seen: Record<string, string[]> = {};
  for (const [key, value] of rows.flatMap(({ metadata }) => Object.entries(metadata)))
    seen[key] = [...new Set([...(own(seen, key) ?? []), value])];
  return seen;
}

/** The same filters fit volumes and snapshots: their columns bear the same names. */
export function narrowed<Q extends Any>(
  query: Q,
  { projectId, equal, like, metadata, imageMetadata, ...more }: Filter,
): Q {
  let q = query as Any;
  if (projectId !== undefined) q = q.where("projectId", "=", projectId);
  for (const [column, value] of Object.entries(equal)) q = q.where(column, "=", value);
  for (const [column, part] of Object.entries(like)) q = q.where(column, "like", `%${escaped(part)}%`);
  if (metadata) q = q.where("metadata", "@>", JSON.stringify(metadata));
  if (imageMetadata) q = q.where("imageMetadata", "@>", JSON.stringify(imageMetadata));
  for (const { column, op, at } of more.moments) q = q.where(column, op, at);
  if (more.none) q = q.where(sql<boolean>`false`);
  return q as Q;
}

function escaped(part: string): string {
  return part.replace(/[\\%_]/g, "\\$&");
}

import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { Page } from "../page.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Filter } from "../volume/volume.filter.ts";
import { narrowed } from "../volume/volume.list.store.ts";
import type { Snapshot } from "./snapshot.ts";

type Tables = Db<BlockStorageTables>;

export function listSnapshots(db: Tables, filter: Filter, page: Page, after?: Snapshot): Promise<Snapshot[]> {
  const query = narrowed(db.selectFrom("blockStorageSnapshots").selectAll(), filter);
  return paged(query, { sort: page.sort, after, limit: page.limit }).offset(page.offset).execute() as Promise<
    Snapshot[]
  >;
}

export async function countSnapshots(db: Tables, filter: Filter): Promise<number> {
  const query = db.selectFrom("blockStorageSnapshots").select(sql<number>`count(*)::int`.as("count"));
  return ((await narrowed(query, filter).executeTakeFirstOrThrow()) as { count: number }).count;
}

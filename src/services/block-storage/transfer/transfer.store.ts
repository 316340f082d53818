import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { Page } from "../page.ts";
import type { BlockStorageTables } from "../tables.ts";
import type { Transfer } from "./transfer.ts";

type Tables = Db<BlockStorageTables>;

export function insertTransfer(db: Tables, it: Transfer) {
  return db.insertInto("blockStorageTransfers").values(it).execute();
}

/** An accepted transfer is history: it cannot be asked for any more. */
export async function getTransfer(db: Tables, id: string): Promise<Transfer> {
  const it = await open(db).where("id", "=", id).executeTakeFirst();
  if (!it) throw notFound(`Transfer ${id} could not be found.`);
  return it;
}

/** One guarded update, so that of two who know the key only one gets the volume. */
export async function takeTransfer(db: Tables, id: string, destinationProjectId: string): Promise<boolean> {
  const taken = await db
    .updateTable("blockStorageTransfers")
    .set({ accepted: true, destinationProjectId })
    .where("id", "=", id)
    .where("accepted", "=", false)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

export function deleteTransferRow(db: Tables, id: string) {
  return db.deleteFrom("blockStorageTransfers").where("id", "=", id).execute();
}

interface Filter {
  readonly projectId: string | undefined;
  readonly name: string | undefined;
  readonly volumeId: string | undefined;
}

export function listTransfers(db: Tables, filter: Filter, page: Page, after?: Transfer): Promise<Transfer[]> {
  let query = open(db);
  if (filter.projectId !== undefined) query = query.where("sourceProjectId", "=", filter.projectId);
  if (filter.name !== undefined) query = query.where("name", "=", filter.name);
  if (filter.volumeId !== undefined) query = query.where("volumeId", "=", filter.volumeId);
  return paged(query, { sort: page.sort, after, limit: page.limit }).offset(page.offset).execute();
}

function open(db: Tables) {
  return db.selectFrom("blockStorageTransfers").selectAll().where("accepted", "=", false);
}

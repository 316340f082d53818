import type { Db } from "#platform/store/db.ts";
import { paged, type Sort } from "#platform/store/page.ts";
import type { ImageTables } from "../tables.ts";
import type { Task } from "./task.ts";

type Tables = Db<ImageTables>;

export async function insertTask(db: Tables, it: Task) {
  await db
    .insertInto("imageTasks")
    .values(written(it) as Task)
    .execute();
}

export function findTask(db: Tables, id: string): Promise<Task | undefined> {
  return db.selectFrom("imageTasks").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function changeTask(db: Tables, id: string, to: Partial<Task>) {
  await db.updateTable("imageTasks").set(written(to)).where("id", "=", id).execute();
}

/** An image's, the newest first. */
export function listTasksOf(db: Tables, imageId: string): Promise<Task[]> {
  return db
    .selectFrom("imageTasks")
    .selectAll()
    .where("imageId", "=", imageId)
    .orderBy("createdAt", "desc")
    .orderBy("id")
    .execute();
}

export interface TaskFilter {
  /** Whose they are; null: everybody's. */
  readonly owner: string | null;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
}
export function listTasks(
  db: Tables,
  { owner, status, type }: TaskFilter,
  page: { sort: readonly Sort[]; after: Task | undefined; limit: number },
): Promise<Task[]> {
  let rows = db.selectFrom("imageTasks").selectAll();
  if (owner !== null) rows = rows.where("owner", "=", owner);
  if (status) rows = rows.where("status", "=", status as Task["status"]);
  if (type) rows = rows.where("type", "=", type as Task["type"]);
  return paged(rows, page).execute();
}

/** Forgets those whose time is over; says how many. */
export async function deleteExpiredTasks(db: Tables, now: string): Promise<number> {
  const done = await db.deleteFrom("imageTasks").where("expiresAt", "<", now).executeTakeFirst();
  return Number(done.numDeletedRows);
}

function written(it: Partial<Task>): Partial<Task> {
  return {
    ...it,
    ...(it.input && { input: JSON.stringify(it.input) as unknown as Task["input"] }),
    ...(it.result && { result: JSON.stringify(it.result) as unknown as Task["result"] }),
  };
}

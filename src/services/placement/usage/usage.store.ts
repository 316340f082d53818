import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";

type Tables = Db<PlacementTables>;

export interface Used {
  readonly providerId: string;
  readonly resourceClass: string;
  readonly used: number;
}

/** What is taken on each provider of each class, counted from the allocations. */
export async function usedOn(db: Tables, providerIds: readonly string[]): Promise<Used[]> {
  if (!providerIds.length) return [];
  const rows = await db
    .selectFrom("placementAllocations")
    .select(["providerId", "resourceClass", (eb) => eb.fn.sum<number>("used").as("used")])
    .where("providerId", "in", providerIds)
    .groupBy(["providerId", "resourceClass"])
    .execute();
  return rows.map((row) => ({ ...row, used: Number(row.used) }));
}

export interface ProjectUsed {
  readonly kind: string | null;
  readonly resourceClass: string;
  readonly used: number;
}

/** What a project, or one user in it, has taken in all, by consumer type. */
export async function usedBy(db: Tables, projectId: string, userId?: string): Promise<ProjectUsed[]> {
  let rows = db
    .selectFrom("placementAllocations as a")
    .innerJoin("placementConsumers as c", "c.id", "a.consumerId")
    .select(["c.kind as kind", "a.resourceClass as resourceClass", (eb) => eb.fn.sum<number>("a.used").as("used")])
    .where("c.projectId", "=", projectId)
    .groupBy(["c.kind", "a.resourceClass"]);
  if (userId) rows = rows.where("c.userId", "=", userId);
  return (await rows.execute()).map((row) => ({ ...row, used: Number(row.used) }));
}

/** How many consumers of each type a project has. */
export async function consumersBy(db: Tables, projectId: string, userId?: string) {
  let rows = db
    .selectFrom("placementConsumers")
    .select(["kind", (eb) => eb.fn.countAll<number>().as("count")])
    .where("projectId", "=", projectId)
    .groupBy("kind");
  if (userId) rows = rows.where("userId", "=", userId);
  return (await rows.execute()).map((row) => ({ ...row, count: Number(row.count) }));
}

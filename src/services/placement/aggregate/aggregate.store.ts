import type { Db } from "#platform/store/db.ts";
import type { PlacementTables } from "../tables.ts";
import type { Membership } from "./aggregate.ts";

type Tables = Db<PlacementTables>;

export function listMemberships(db: Tables, providerIds: readonly string[]): Promise<Membership[]> {
  if (!providerIds.length) return Promise.resolve([]);
  return db
    .selectFrom("placementAggregates")
    .selectAll()
    .where("providerId", "in", providerIds)
    .orderBy("aggregate")
    .execute();
}

/** Makes the provider's aggregates be these. */
export async function replaceAggregates(db: Tables, providerId: string, aggregates: readonly string[]) {
  await db.deleteFrom("placementAggregates").where("providerId", "=", providerId).execute();
  if (!aggregates.length) return;
  const rows = [...new Set(aggregates)].map((aggregate) => ({ providerId, aggregate }));
  await db.insertInto("placementAggregates").values(rows).execute();
}

import type { Db } from "#platform/store/db.ts";
import { listInventories } from "../inventory/inventory.store.ts";
import type { Provider } from "../provider/provider.ts";
import type { PlacementTables } from "../tables.ts";
import { listProviderTraits } from "../trait/trait.store.ts";
import { usedOn } from "../usage/usage.store.ts";
import type { DecisionRow, Offered } from "./claim.ts";

type Tables = Db<PlacementTables>;

/** What providers have, give and are, in three queries of one round whatever their number. */
export async function listOffered(db: Tables, providers: readonly Provider[]): Promise<Offered[]> {
  const ids = providers.map(({ id }) => id);
  const found = await Promise.all([listInventories(db, ids), usedOn(db, ids), listProviderTraits(db, ids)]);
  const inventories = Map.groupBy(found[0], (it) => it.providerId);
  const used = Map.groupBy(found[1], (it) => it.providerId);
  const traits = Map.groupBy(found[2], (it) => it.providerId);
  return providers.map(({ id, name }) => ({
    id,
    name,
    inventories: inventories.get(id) ?? [],
    used: Object.fromEntries((used.get(id) ?? []).map((it) => [it.resourceClass, it.used])),
    traits: (traits.get(id) ?? []).map(({ trait }) => trait),
  }));
}

export async function keepDecision(db: Tables, it: DecisionRow) {
  const row = { ...it, whyNot: JSON.stringify(it.whyNot) as unknown as DecisionRow["whyNot"] };
  const { consumerId: _, ...rest } = row;
  await db
    .insertInto("placementDecisions")
    .values(row)
    .onConflict((found) => found.column("consumerId").doUpdateSet(rest))
    .execute();
}

export function findDecision(db: Tables, consumerId: string): Promise<DecisionRow | undefined> {
  return db.selectFrom("placementDecisions").selectAll().where("consumerId", "=", consumerId).executeTakeFirst();
}

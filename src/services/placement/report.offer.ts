import type { Tx } from "#platform/service/kit.ts";
import type { ProviderReport } from "./index.ts";
import { dropInventories, listInventories, putInventory } from "./inventory/inventory.store.ts";
import { type Inventory, inventoryDefaults } from "./inventory/inventory.ts";
import type { PlacementScope } from "./kit.ts";
import { bump, changeProvider, insertProvider, lockProviders } from "./provider/provider.store.ts";
import type { Provider } from "./provider/provider.ts";
import { customName } from "./resource-class/resource-class.ts";
import { insertTrait, listProviderTraits, replaceTraits } from "./trait/trait.store.ts";
import { usedOn } from "./usage/usage.store.ts";

type Own = Tx<PlacementScope>;

/** Makes a provider be as reported; a report that says nothing new changes nothing, the generation included. */
export async function makeAsReported(tx: Own, it: ProviderReport) {
  const provider = (await lockProviders(tx.db, [it.id]))[0] ?? (await make(tx, it));
  if (provider.name !== it.name) await changeProvider(tx.db, it.id, { name: it.name });
  const news = [await inventoriesAs(tx, it), await traitsAs(tx, it)];
  if (news.some(Boolean)) await bump(tx.db, [it.id], tx.now);
}

async function make({ db, now }: Own, { id, name }: ProviderReport): Promise<Provider> {
  const it = { id, name, generation: 0, parentId: null, rootId: id, createdAt: now, updatedAt: now };
  await insertProvider(db, it);
  return it;
}

async function inventoriesAs({ db }: Own, { id, inventories }: ProviderReport): Promise<boolean> {
  const before = await listInventories(db, [id]);
  const wanted = Object.entries(inventories).map(([resourceClass, amounts]) => whole(id, resourceClass, amounts));
  const changed = wanted.filter((it) => !before.some((old) => same(old, it)));
  for (const it of changed) await putInventory(db, it);
  const inUse = (await usedOn(db, [id])).map((it) => it.resourceClass);
  const gone = before.map((it) => it.resourceClass).filter((name) => !(name in inventories) && !inUse.includes(name));
  await dropInventories(db, id, gone);
  return changed.length + gone.length > 0;
}

type Amounts = ProviderReport["inventories"][string];

function whole(providerId: string, resourceClass: string, amounts: Amounts): Inventory {
  const maxUnit = amounts.maxUnit ?? Math.max(1, amounts.total);
  return { ...inventoryDefaults, ...amounts, maxUnit, providerId, resourceClass };
}

function same(a: Inventory, b: Inventory): boolean {
  return (Object.keys(b) as (keyof Inventory)[]).every((key) => a[key] === b[key]);
}

async function traitsAs({ db, now }: Own, { id, traits }: ProviderReport): Promise<boolean> {
  const before = (await listProviderTraits(db, [id])).map(({ trait }) => trait);
  if (before.length === new Set(traits).size && traits.every((trait) => before.includes(trait))) return false;
  for (const name of traits.filter((name) => customName.test(name))) await insertTrait(db, { name, createdAt: now });
  await replaceTraits(db, id, traits);
  return true;
}

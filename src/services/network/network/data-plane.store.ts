import type { NetworkDb } from "../resource/resource.store.ts";

export async function writeOverlayMtu(db: NetworkDb, overlayMtu: number): Promise<void> {
  await db
    .insertInto("networkDataPlane")
    .values({ onlyOne: true, overlayMtu })
    .onConflict((c) => c.column("onlyOne").doUpdateSet({ overlayMtu }))
    .execute();
}

/** Undefined until a program with a data plane has started. */
export async function findOverlayMtu(db: NetworkDb): Promise<number | undefined> {
  return (await db.selectFrom("networkDataPlane").select("overlayMtu").executeTakeFirst())?.overlayMtu;
}

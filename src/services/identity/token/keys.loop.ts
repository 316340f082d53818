import { after } from "../identity.ts";
import { loop, type Transaction } from "../kit.ts";
import { deleteOldKeys, ensureKey, insertKey, kindOf, newestKey, nextGeneration } from "./key.store.ts";

const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;

/** Makes a new key every week, which signs an hour later, and deletes those whose tokens have all expired. */
export const turnKeys = loop("identity.token-keys", {
  every: HOUR,
  run: (world) => world.write(turn),
});

async function turn(tx: Transaction) {
  await ensureKey(tx);
  const kind = kindOf(tx);
  const newest = await newestKey(tx.db, kind);
  const due = newest !== undefined && newest.createdAt < after(tx.now, -WEEK);
  const made =
    due && (await insertKey(tx.db, { kind, generation: await nextGeneration(tx.db), now: tx.now, within: HOUR }));
  const changed = (made ? 1 : 0) + (await deleteOldKeys(tx.db, tx.now));
  if (changed > 0) await tx.emit("identity.changed", { what: "keys" });
  return { changed };
}

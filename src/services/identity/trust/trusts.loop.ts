import { loop } from "../kit.ts";
import { deleteEndedTrusts } from "./trust.store.ts";

/** Deletes trusts a day after their time, and those that are used up: nobody can see or use them any more. */
export const forgetTrusts = loop("identity.ended-trusts", {
  every: 3600,
  run: (world) => world.write(async (tx) => ({ changed: await deleteEndedTrusts(tx.db, tx.now) })),
});

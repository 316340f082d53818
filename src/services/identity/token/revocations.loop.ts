import { loop } from "../kit.ts";
import { deleteOldRevocations } from "./revocation.store.ts";

/** Deletes revocations of tokens that have all expired. */
export const forgetRevocations = loop("identity.old-revocations", {
  every: 3600,
  run: (world) =>
    world.write(async (tx) => {
      const changed = await deleteOldRevocations(tx.db, tx.now);
      if (changed > 0) await tx.emit("identity.changed", { what: "revocations" });
      return { changed };
    }),
});

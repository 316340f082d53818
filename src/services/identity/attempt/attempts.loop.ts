import { loop } from "../kit.ts";
import { forgetOld } from "./attempt.store.ts";

/** Deletes counts of failed logins that time has forgiven, and addresses that have not been seen for long. */
export const forgetAttempts = loop("identity.old-attempts", {
  every: 600,
  run: (world) => world.write(async (tx) => ({ changed: await forgetOld(tx.db, tx.now) })),
});

import { realise } from "../realise/realise.saga.ts";
import { routerWish } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

/** Brings the data plane up to a router's rows, or drops the router when its row is gone. */
export const realiseRouter = realise("network.router.realise", {
  wish: routerWish,
  put: (driver, spec) => driver.putRouter(spec),
  drop: (driver, id) => driver.dropRouter(id),
  async done(tx) {
    await noteRow(tx.db, "networkRouters", tx.subject, { realised: true });
    await tx.emit("router.realised", { routerId: tx.subject });
  },
  isAskedAgain: async ({ db, subject }) => (await findRow(db, "networkRouters", subject)) !== undefined,
});

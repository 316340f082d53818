import { realise } from "../realise/realise.saga.ts";
import { networkWish } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

/** Brings the data plane up to a network's rows, or drops the network when its row is gone. */
export const realiseNetwork = realise("network.network.realise", {
  wish: networkWish,
  put: (driver, spec) => driver.putNetwork(spec),
  drop: (driver, id) => driver.dropNetwork(id),
  async done(tx) {
    await noteRow(tx.db, "networkNetworks", tx.subject, { realised: true });
    await tx.emit("network.realised", { networkId: tx.subject });
  },
  isAskedAgain: async ({ db, subject }) => (await findRow(db, "networkNetworks", subject)) !== undefined,
});

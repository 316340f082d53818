import type { StepTx } from "#platform/service/kit.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { networkSpec } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope>;

/** Brings the data plane up to a network's rows, or drops the network when its row is gone. */
export const realiseNetwork = saga("network.network.realise", {
  steps: [
    act("put", {
      within: 600,
      ask: async (tx: Tx) => ({ id: tx.subject, spec: await networkSpec(tx.db, tx.subject) }),
      call: (driver, { id, spec }) => (spec ? driver.putNetwork(spec) : driver.dropNetwork(id)),
      note,
    }),
  ],
  // The rows still say what is wished for; the drift loop asks again.
  failed: async () => {},
});

async function note(tx: Tx) {
  await noteRow(tx.db, "networkNetworks", tx.subject, { realised: true });
  await tx.emit("network.realised", { networkId: tx.subject });
}

import type { Saga, StepTx } from "#platform/service/kit.ts";
import { act, type NetworkScope, saga, write } from "../kit.ts";
import { later, type Patience, rest } from "../realise/patience.ts";
import { networkSpec } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a network's rows, or drops the network when its row is gone. */
export const realiseNetwork: Saga<NetworkScope, Patience> = saga("network.network.realise", {
  steps: [
    write("rest", { within: 600, run: rest }),
    act("put", {
      within: 600,
      ask: async (tx: Tx) => ({ id: tx.subject, spec: await networkSpec(tx.db, tx.subject) }),
      call: (driver, { id, spec }) => (spec ? driver.putNetwork(spec) : driver.dropNetwork(id)),
      note,
    }),
  ],
  failed,
});

async function note(tx: Tx) {
  await noteRow(tx.db, "networkNetworks", tx.subject, { realised: true });
  await tx.emit("network.realised", { networkId: tx.subject });
}

/** What is still wished for is asked again by the drift loop; what is gone has nobody else to ask. */
async function failed(tx: Tx) {
  if (!(await findRow(tx.db, "networkNetworks", tx.subject))) await tx.start(realiseNetwork, tx.subject, later(tx.now));
}

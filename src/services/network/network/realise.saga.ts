import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver, NetworkSpec } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { later, type Patience, pauseOf } from "../realise/patience.ts";
import { networkSpec } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a network's rows, or drops the network when its row is gone. */
export const realiseNetwork: Saga<NetworkScope, Patience> = saga("network.network.realise", {
  steps: [act("put", { within: 660, ask, call: put, note })],
  failed,
});

interface Question {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  readonly spec: NetworkSpec | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, pause: pauseOf(tx), spec: await networkSpec(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, pause, spec }: Question) {
  if (pause > 0) return again(pause);
  return spec ? driver.putNetwork(spec) : driver.dropNetwork(id);
}

async function note(tx: Tx) {
  await noteRow(tx.db, "networkNetworks", tx.subject, { realised: true });
  await tx.emit("network.realised", { networkId: tx.subject });
}

/** What is still wished for is asked again by the drift loop; what is gone has nobody else to ask. */
async function failed(tx: Tx) {
  if (!(await findRow(tx.db, "networkNetworks", tx.subject))) await tx.start(realiseNetwork, tx.subject, later(tx.now));
}

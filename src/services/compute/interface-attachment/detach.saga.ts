import type { StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import { getServer } from "../server/server.store.ts";
import { hostOf } from "../server/server.ts";

interface Given {
  readonly portId: string;
}
type Step = StepTx<Compute, Given>;

/** Takes a nic out of the guest and gives its port back, or deletes it if it was made for the server. */
export const detachInterface = saga<Given>("compute.interface-attachment.detach", {
  moves: ({ portId }) => [portId],
  steps: [act("unplug", { within: 180, ask: place, call: unplug }), write("release", { within: 30, run: release })],
  /** The guest did not let go: it has its port as before, and why stays readable as the server's action. */
  failed: async () => {},
});

interface Place {
  readonly host: string;
  readonly id: string;
  readonly portId: string;
}

async function place({ db, subject, given }: Step): Promise<Place> {
  return { host: hostOf(await getServer(db, subject)), id: subject, portId: given.portId };
}

/** Unavailable while the guest holds it. */
function unplug(driver: ComputeDriver, { host, id, portId }: Place, { signal }: { signal: AbortSignal }) {
  return driver.detachNic(host, id, portId, signal);
}

async function release(tx: Step) {
  await tx.needs.network.releasePorts(tx, tx.subject, tx.given.portId);
}

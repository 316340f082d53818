import { again, type StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver, GuestNic } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import { getServer } from "../server/server.store.ts";
import { hostOf } from "../server/server.ts";

interface Given {
  readonly portId: string;
}
type Step = StepTx<Compute, Given>;

/** From a port that was taken for the server to a nic of its guest. A guest that is off finds it when it starts. */
export const attachInterface = saga<Given>("compute.interface-attachment.attach", {
  moves: ({ portId }) => [portId],
  steps: [
    write("bind", { within: 30, run: bind, undo: letGo }),
    write("await-wired", { within: 120, run: awaitWired }),
    act("plug", { within: 60, ask: place, call: plug, undo: { ask: place, call: unplug } }),
  ],
  /** What went wrong stays readable as the server's action. */
  failed: async () => {},
});

interface Place {
  readonly host: string;
  readonly id: string;
  readonly portId: string;
  readonly nic: GuestNic | null;
}

async function bind(tx: Step) {
  await tx.needs.network.bindPorts(tx, tx.subject, hostOf(await getServer(tx.db, tx.subject)));
}

async function letGo(tx: Step) {
  await tx.needs.network.releasePorts(tx, tx.subject, tx.given.portId);
}

async function awaitWired(tx: Step) {
  if (!(await tx.needs.network.areWired(tx, tx.subject))) return again(5, "port.wired", tx.subject);
}

async function place(tx: Step): Promise<Place> {
  const { portId } = tx.given;
  const host = hostOf(await getServer(tx.db, tx.subject));
  const it = (await tx.needs.network.nics(tx, tx.subject)).find((nic) => nic.portId === portId);
  const nic = it?.device ? { portId, mac: it.mac, device: it.device, mtu: it.mtu } : null;
  return { host, id: tx.subject, portId, nic };
}

async function plug(driver: ComputeDriver, { host, id, portId, nic }: Place, { signal }: { signal: AbortSignal }) {
  if (!nic) throw new Error(`port ${portId} is not plugged on host ${host}`);
  await driver.attachNic(host, id, nic, signal);
}

function unplug(driver: ComputeDriver, { host, id, portId }: Place, { signal }: { signal: AbortSignal }) {
  return driver.detachNic(host, id, portId, signal);
}

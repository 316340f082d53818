import type { StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import { claim, requirePlace, unclaim } from "./claim.saga.ts";
import { type Place, type Placed, placedGuest } from "./guest.store.ts";
import { awaitWired, bind, unbind } from "./ports.saga.ts";
import { advance, changeServer, findServer, getServer } from "./server.store.ts";
import { serverLife } from "./server.ts";
import {
  awaitConnected,
  awaitVolumes,
  connect,
  dropVolumes,
  makeVolumes,
  markAttached,
  releaseVolumes,
} from "./volumes.saga.ts";

interface Given {
  /** Volumes that wait for it. */
  readonly volumeIds: readonly string[];
}

/** From a row to a running guest. */
export const buildServer = saga<Given>("compute.server.build", {
  moves: ({ volumeIds }) => volumeIds,
  steps: [
    write("claim", { within: 60, run: claim, undo: unclaim }),
    write("bind-ports", { within: 30, run: bindPlaced, undo: unbind }),
    write("make-volumes", { within: 30, run: makeVolumes, undo: dropVolumes }),
    write("await-volumes", { within: 3600, run: awaitVolumes }),
    write("connect-volumes", { within: 30, run: connect, undo: releaseVolumes }),
    write("await-connected", { within: 300, run: awaitConnected }),
    write("await-ports", { within: 300, run: wired }),
    act("spawn", { within: 600, ask: guest, call: create, undo: { ask: place, call: destroy } }),
    write("settle", { within: 30, run: settle }),
  ],
  failed,
});

async function bindPlaced(tx: StepTx<Compute>) {
  await requirePlace(tx);
  await advance(tx.db, tx.subject, "networking");
  await bind(tx);
}

async function wired(tx: StepTx<Compute>) {
  const wait = await awaitWired(tx);
  if (wait) return wait;
  await advance(tx.db, tx.subject, "spawning");
}

function guest(tx: StepTx<Compute>): Promise<Placed> {
  return placedGuest(tx, tx.subject);
}

function create(driver: ComputeDriver, { host, guest }: Placed, { signal }: { signal: AbortSignal }) {
  return driver.create(host, guest, signal);
}

async function place(tx: StepTx<Compute>): Promise<Place | null> {
  const it = await findServer(tx.db, tx.subject);
  return it?.host ? { id: it.id, host: it.host } : null;
}

async function destroy(driver: ComputeDriver, place: Place | null, { signal }: { signal: AbortSignal }) {
  if (place) await driver.destroy(place.host, place.id, signal);
}

async function settle(tx: StepTx<Compute>) {
  const { projectId } = await getServer(tx.db, tx.subject);
  await markAttached(tx);
  const launched = { power: "on", progress: 100, launchedAt: tx.now, updatedAt: tx.now, fault: null } as const;
  await changeServer(tx.db, tx.subject, { ...serverLife.end("build"), ...launched });
  await tx.emit("server.built", { serverId: tx.subject, projectId });
}

/** The server stays, with the reason; its ports and volumes go back. */
async function failed(tx: StepTx<Compute>, why: Error) {
  const it = await findServer(tx.db, tx.subject);
  if (!it) return;
  await tx.needs.network.releasePorts(tx, it.id);
  await releaseVolumes(tx);
  const message = `Build of instance ${it.id} aborted: ${why.message}`;
  const fault = it.fault ?? { code: 500, message, details: null, created: tx.now };
  await changeServer(tx.db, it.id, { state: "error", task: null, taskSince: null, fault, updatedAt: tx.now });
  await tx.emit("server.failed", { serverId: it.id, projectId: it.projectId });
}

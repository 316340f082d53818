import { Gone } from "#platform/service/driver.ts";
import type { StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import { act, type Compute, saga, write } from "../kit.ts";
import type { Place } from "./guest.store.ts";
import { changeServer, findServer } from "./server.store.ts";
import { serverLife } from "./server.ts";
import { deleteVolumes, releaseVolumes } from "./volumes.saga.ts";

/** From any state to nothing but a row that remembers. It runs when what ran before has been undone. */
export const deleteServer = saga("compute.server.delete", {
  steps: [
    act("destroy", { within: 600, ask: place, call: destroy }),
    write("let-go", { within: 30, run: letGo }),
    write("delete-volumes", { within: 300, run: deleteVolumes }),
    write("settle", { within: 30, run: settle }),
  ],
  failed,
});

async function place(tx: StepTx<Compute>): Promise<Place | null> {
  const it = await findServer(tx.db, tx.subject);
  return it?.host ? { id: it.id, host: it.host } : null;
}

async function destroy(driver: ComputeDriver, place: Place | null, { signal }: { signal: AbortSignal }) {
  if (!place) return;
  try {
    await driver.destroy(place.host, place.id, signal);
  } catch (why) {
    if (!(why instanceof Gone)) throw why;
  }
}

/** Ports, volumes and room go back together. */
async function letGo(tx: StepTx<Compute>) {
  if (!(await findServer(tx.db, tx.subject))) return;
  await tx.needs.network.releasePorts(tx, tx.subject);
  await releaseVolumes(tx);
  await tx.needs.placement.release(tx, tx.subject);
}

async function settle(tx: StepTx<Compute>) {
  const it = await findServer(tx.db, tx.subject);
  if (!it) return;
  const ended = { power: null, taskSince: null, terminatedAt: tx.now, deletedAt: tx.now, updatedAt: tx.now };
  await changeServer(tx.db, it.id, { ...serverLife.end("delete"), ...ended });
  await tx.emit("server.deleted", { serverId: it.id, projectId: it.projectId });
}

/** It can be asked for again. */
async function failed(tx: StepTx<Compute>, why: Error) {
  const fault = {
    code: 500,
    message: `The server could not be deleted: ${why.message}`,
    details: null,
    created: tx.now,
  };
  await changeServer(tx.db, tx.subject, { state: "error", task: null, taskSince: null, fault, updatedAt: tx.now });
}

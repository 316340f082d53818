import { Gone } from "#platform/service/driver.ts";
import { again, type StepTx } from "#platform/service/kit.ts";
import type { ComputeDriver } from "../driver.ts";
import type { ComputeEvents } from "../events.ts";
import type { Compute } from "../kit.ts";
import { type Place, type Placed, placedGuest, placeOf } from "./guest.store.ts";
import { changeServer, findServer, getServer } from "./server.store.ts";
import { type ServerVerb, serverLife } from "./server.ts";

/** The steps that stop, start and reboot are made of. */

interface Signal {
  readonly signal: AbortSignal;
}
export interface Patience extends Place {
  /** Seconds that the guest still has to turn itself off. */
  readonly left: number;
}

/** How long a guest may take to turn itself off, unless its image says otherwise. */
const patience = 60;

export function place(tx: StepTx<Compute>): Promise<Place> {
  return placeOf(tx, tx.subject);
}

export function placed(tx: StepTx<Compute>): Promise<Placed> {
  return placedGuest(tx, tx.subject);
}

export async function patient(tx: StepTx<Compute>): Promise<Patience> {
  const it = await getServer(tx.db, tx.subject);
  const asked = Number(it.imageProperties.os_shutdown_timeout ?? patience);
  const waited = it.taskSince ? (Date.parse(tx.now) - Date.parse(it.taskSince)) / 1000 : patience;
  return { ...(await place(tx)), left: (Number.isFinite(asked) ? asked : patience) - waited };
}

export async function askOff(driver: ComputeDriver, { host, id, left }: Patience, { signal }: Signal) {
  if (left <= 0) return;
  await unlessGone(() => driver.askOff(host, id, signal));
}

/** Waits for the guest to stop by itself; when its time is over, pulls the plug. */
export async function awaitOff(driver: ComputeDriver, { host, id, left }: Patience, { signal }: Signal) {
  if ((await driver.power(host, id)) !== "on") return;
  if (left > 0) return again(Math.min(left, patience), "guest.stopped", id);
  await driver.off(host, id, signal);
}

export async function pullPlug(driver: ComputeDriver, { host, id }: Place, { signal }: Signal) {
  await unlessGone(() => driver.off(host, id, signal));
}

export async function turnOn(driver: ComputeDriver, { host, guest }: Placed, { signal }: Signal) {
  await driver.start(host, guest, signal);
}

/** The end of a verb: its state, the power that goes with it, and the event. */
export function settled(verb: ServerVerb, power: "on" | "off", event: keyof ComputeEvents & `server.${string}`) {
  return async (tx: StepTx<Compute>) => {
    const { projectId } = await getServer(tx.db, tx.subject);
    await changeServer(tx.db, tx.subject, {
      ...serverLife.end(verb),
      taskSince: null,
      power,
      fault: null,
      updatedAt: tx.now,
    });
    await tx.emit(event, { serverId: tx.subject, projectId });
  };
}

/** The server is as it was; the history says why. */
export async function asBefore(tx: StepTx<Compute>) {
  await changeServer(tx.db, tx.subject, { task: null, taskSince: null, updatedAt: tx.now });
}

/** It is in neither of its states: nobody can use it as it is. */
export async function inError(tx: StepTx<Compute>, why: Error) {
  const it = await findServer(tx.db, tx.subject);
  if (!it) return;
  const fault = { code: 500, message: why.message, details: null, created: tx.now };
  await changeServer(tx.db, it.id, { state: "error", task: null, taskSince: null, fault, updatedAt: tx.now });
  await tx.emit("server.failed", { serverId: it.id, projectId: it.projectId });
}

async function unlessGone(call: () => Promise<void>) {
  try {
    await call();
  } catch (why) {
    if (!(why instanceof Gone)) throw why;
  }
}

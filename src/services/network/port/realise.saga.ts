import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver, PlugSpec } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { later, type Patience, pauseOf } from "../realise/patience.ts";
import { type PortWish, portWish } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";
import { dropTap, findTap, writeTap } from "./port.store.ts";
import type { Tap } from "./port.ts";

type Tx = StepTx<NetworkScope, Patience>;

/**
 * Brings the data plane up to a port's rows: off the host that it has left, put or dropped, onto the host that it is bound to,
 * and up. Every step reads the rows anew, so that the last one asked leaves what the rows say.
 */
export const realisePort: Saga<NetworkScope, Patience> = saga("network.port.realise", {
  steps: [
    act("put", { within: 660, ask: askPut, call: put, note: notePut }),
    act("plug", { within: 300, ask: askPlug, call: plug, note: notePlugged }),
  ],
  failed,
});

interface Question {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  /** The tap on a host that the port is not bound to (any more). */
  readonly oldTap: Tap | null;
  readonly wish: PortWish | null;
}
async function askPut(tx: Tx): Promise<Question> {
  const id = tx.subject;
  return { id, pause: pauseOf(tx), oldTap: await findOldTap(tx), wish: await portWish(tx.db, id) };
}
async function findOldTap(tx: Tx): Promise<Tap | null> {
  const tap = await findTap(tx.db, tx.subject);
  const port = tap && (await findRow(tx.db, "networkPorts", tx.subject));
  return tap && (port?.host !== tap.host || port.deviceId !== tap.serverId) ? tap : null;
}

async function put(driver: NetworkDriver, { id, pause, oldTap, wish }: Question) {
  if (pause > 0) return again(pause);
  if (oldTap) await driver.unplug(oldTap.host, id);
  if (!wish) return driver.dropPort(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putPort(wish.spec);
}

/** The new tap is written down before it is made, so that it is found again whatever happens. */
async function notePut(tx: Tx, _: unknown, { id, oldTap, wish }: Question) {
  if (oldTap) {
    await dropTap(tx.db, id);
    await tx.emit("port.unwired", { portId: id, serverId: oldTap.serverId });
  }
  const port = wish?.spec.host ? await findRow(tx.db, "networkPorts", id) : undefined;
  // A host that has come since the port was put is the next saga's business.
  if (!port?.deviceId || port.host !== wish?.spec.host) return;
  const device = (await findTap(tx.db, id))?.device ?? null;
  await writeTap(tx.db, { portId: id, host: port.host, serverId: port.deviceId, device });
}

interface Wanted {
  readonly host: string;
  readonly spec: PlugSpec;
}
/** The tap that the port is to have; null: none, or another one first. */
async function askPlug(tx: Tx): Promise<Wanted | null> {
  const tap = await findTap(tx.db, tx.subject);
  const port = tap && (await findRow(tx.db, "networkPorts", tx.subject));
  const network = port && (await findRow(tx.db, "networkNetworks", port.networkId));
  if (!port || !network || tap.host !== port.host) return null;
  return { host: tap.host, spec: { portId: port.id, mac: port.macAddress, mtu: network.mtu, deviceId: tap.serverId } };
}

async function plug(driver: NetworkDriver, wanted: Wanted | null) {
  if (!wanted) return null;
  const { device } = await driver.plug(wanted.host, wanted.spec);
  return (await driver.isUp(wanted.spec.portId)) ? device : again(5, "port.up", wanted.spec.portId);
}

async function notePlugged(tx: Tx, device: string | null, wanted: Wanted | null) {
  const port = await findRow(tx.db, "networkPorts", tx.subject);
  const tap = await findTap(tx.db, tx.subject);
  if (!port) return;
  const wired = device !== null && tap?.host === wanted?.host && tap?.host === port.host;
  const status = wired ? "ACTIVE" : "DOWN";
  if (port.status !== status || port.fault !== null)
    await noteRow(tx.db, "networkPorts", port.id, { status, fault: null });
  if (!wired) return;
  await writeTap(tx.db, { ...tap!, device });
  await tx.emit("port.wired", { portId: port.id, serverId: port.deviceId });
}

/** A port that is there says what is wrong with it; what nobody wants any more is tried until it is gone. */
async function failed(tx: Tx, why: Error) {
  await noteRow(tx.db, "networkPorts", tx.subject, { status: "ERROR", fault: why.message });
  const unwanted = (await findOldTap(tx)) !== null || (await portWish(tx.db, tx.subject)) === null;
  if (unwanted) await tx.start(realisePort, tx.subject, later(tx.now));
}

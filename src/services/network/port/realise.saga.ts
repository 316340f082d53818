import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver, PlugSpec } from "../driver.ts";
import { act, type NetworkScope, saga, write } from "../kit.ts";
import { later, type Patience, rest } from "../realise/patience.ts";
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
    write("rest", { within: 600, run: rest }),
    act("unplug", { within: 600, ask: oldTap, call: unplug, note: unplugged }),
    // Before the port is put: a host that comes later than this is the next saga's business, one that is there is put.
    write("claim", { within: 30, run: claim }),
    act("put", { within: 600, ask, call: put }),
    act("plug", { within: 300, ask: wantedTap, call: plug, note: plugged }),
    act("await-up", { within: 300, ask: wantedTap, call: isUp }),
    write("settle", { within: 30, run: settle }),
  ],
  failed,
});

/** The tap on a host that the port is not bound to (any more). */
async function oldTap(tx: Tx): Promise<Tap | null> {
  const tap = await findTap(tx.db, tx.subject);
  const port = await findRow(tx.db, "networkPorts", tx.subject);
  return tap && (port?.host !== tap.host || port.deviceId !== tap.serverId) ? tap : null;
}
async function unplug(driver: NetworkDriver, tap: Tap | null) {
  if (tap) await driver.unplug(tap.host, tap.portId);
}
async function unplugged(tx: Tx, _: unknown, tap: Tap | null) {
  if (!tap) return;
  await dropTap(tx.db, tap.portId);
  await tx.emit("port.unwired", { portId: tap.portId, serverId: tap.serverId });
}

/** Writes down where the tap will be before it is made, so that it is found again whatever happens. */
async function claim(tx: Tx) {
  const port = await findRow(tx.db, "networkPorts", tx.subject);
  if (!port?.host || !port.deviceId) return;
  const tap = await findTap(tx.db, port.id);
  if (!tap) await writeTap(tx.db, { portId: port.id, host: port.host, serverId: port.deviceId, device: null });
}

interface Question {
  readonly id: string;
  readonly wish: PortWish | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, wish: await portWish(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, wish }: Question) {
  if (!wish) return driver.dropPort(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putPort(wish.spec);
}

interface Wanted {
  readonly host: string;
  readonly spec: PlugSpec;
}
/** The tap that the port is to have; null: none, or another one first. */
async function wantedTap(tx: Tx): Promise<Wanted | null> {
  const port = await findRow(tx.db, "networkPorts", tx.subject);
  const tap = await findTap(tx.db, tx.subject);
  const network = port && (await findRow(tx.db, "networkNetworks", port.networkId));
  if (!port || !tap || !network || tap.host !== port.host) return null;
  return { host: tap.host, spec: { portId: port.id, mac: port.macAddress, mtu: network.mtu, deviceId: tap.serverId } };
}
async function plug(driver: NetworkDriver, wanted: Wanted | null) {
  return wanted && { ...(await driver.plug(wanted.host, wanted.spec)), host: wanted.host };
}
async function plugged(tx: Tx, answer: { device: string; host: string } | null) {
  const tap = answer && (await findTap(tx.db, tx.subject));
  if (tap && tap.host === answer.host) await writeTap(tx.db, { ...tap, device: answer.device });
}
async function isUp(driver: NetworkDriver, wanted: Wanted | null) {
  if (wanted && !(await driver.isUp(wanted.spec.portId))) return again(5, "port.up", wanted.spec.portId);
}

async function settle(tx: Tx) {
  const port = await findRow(tx.db, "networkPorts", tx.subject);
  const tap = await findTap(tx.db, tx.subject);
  if (!port) return;
  const wired = tap?.device != null && tap.host === port.host;
  await noteRow(tx.db, "networkPorts", port.id, { status: wired ? "ACTIVE" : "DOWN", fault: null });
  if (wired) await tx.emit("port.wired", { portId: port.id, serverId: port.deviceId });
}

/** A port that is there says what is wrong with it; what nobody wants any more is tried until it is gone. */
async function failed(tx: Tx, why: Error) {
  await noteRow(tx.db, "networkPorts", tx.subject, { status: "ERROR", fault: why.message });
  const unwanted = (await oldTap(tx)) !== null || (await portWish(tx.db, tx.subject)) === null;
  if (unwanted) await tx.start(realisePort, tx.subject, later(tx.now));
}

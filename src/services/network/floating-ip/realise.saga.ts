import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { later, type Patience, pauseOf } from "../realise/patience.ts";
import { type FloatingIpWish, floatingIpWish } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a floating address's row, or drops it when it leads nowhere. */
export const realiseFloatingIp: Saga<NetworkScope, Patience> = saga("network.floatingip.realise", {
  steps: [act("put", { within: 660, ask, call: put, note })],
  failed,
});

interface Question {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  readonly wish: FloatingIpWish | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, pause: pauseOf(tx), wish: await floatingIpWish(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, pause, wish }: Question) {
  if (pause > 0) return again(pause);
  if (!wish) return driver.dropFloatingIp(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putFloatingIp(wish.spec);
}
async function note(tx: Tx) {
  const status = (await floatingIpWish(tx.db, tx.subject)) ? "ACTIVE" : "DOWN";
  await noteRow(tx.db, "networkFloatingIps", tx.subject, { status });
}

/** An address that leads nowhere must not be left outside: that is tried until it is done. */
async function failed(tx: Tx) {
  if (await floatingIpWish(tx.db, tx.subject))
    await noteRow(tx.db, "networkFloatingIps", tx.subject, { status: "ERROR" });
  else await tx.start(realiseFloatingIp, tx.subject, later(tx.now));
}

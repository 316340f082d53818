import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { later, type Patience, pauseOf } from "../realise/patience.ts";
import { type RouterWish, routerWish } from "../realise/specs.store.ts";
import { findRow, noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope, Patience>;

/** Brings the data plane up to a router's rows, or drops the router when its row is gone. */
export const realiseRouter: Saga<NetworkScope, Patience> = saga("network.router.realise", {
  steps: [act("put", { within: 660, ask, call: put, note })],
  failed,
});

interface Question {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  readonly wish: RouterWish | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, pause: pauseOf(tx), wish: await routerWish(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, pause, wish }: Question) {
  if (pause > 0) return again(pause);
  if (!wish) return driver.dropRouter(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putRouter(wish.spec);
}
async function note(tx: Tx) {
  await noteRow(tx.db, "networkRouters", tx.subject, { realised: true });
  await tx.emit("router.realised", { routerId: tx.subject });
}

/** What is still wished for is asked again by the drift loop; what is gone has nobody else to ask. */
async function failed(tx: Tx) {
  if (!(await findRow(tx.db, "networkRouters", tx.subject))) await tx.start(realiseRouter, tx.subject, later(tx.now));
}

import { again, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { type RouterWish, routerWish } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope>;

/** Brings the data plane up to a router's rows, or drops the router when its row is gone. */
export const realiseRouter = saga("network.router.realise", {
  steps: [act("put", { within: 600, ask, call: put, note })],
  // The rows still say what is wished for; the drift loop asks again.
  failed: async () => {},
});

interface Question {
  readonly id: string;
  readonly wish: RouterWish | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, wish: await routerWish(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, wish }: Question) {
  if (!wish) return driver.dropRouter(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putRouter(wish.spec);
}
async function note(tx: Tx) {
  await noteRow(tx.db, "networkRouters", tx.subject, { realised: true });
  await tx.emit("router.realised", { routerId: tx.subject });
}

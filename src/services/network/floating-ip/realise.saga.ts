import { again, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import { type FloatingIpWish, floatingIpWish } from "../realise/specs.store.ts";
import { noteRow } from "../resource/resource.store.ts";

type Tx = StepTx<NetworkScope>;

/** Brings the data plane up to a floating address's row, or drops it when it leads nowhere. */
export const realiseFloatingIp = saga("network.floatingip.realise", {
  steps: [act("put", { within: 600, ask, call: put, note })],
  failed: (tx) => noteRow(tx.db, "networkFloatingIps", tx.subject, { status: "ERROR" }),
});

interface Question {
  readonly id: string;
  readonly wish: FloatingIpWish | null;
}
async function ask(tx: Tx): Promise<Question> {
  return { id: tx.subject, wish: await floatingIpWish(tx.db, tx.subject) };
}
async function put(driver: NetworkDriver, { id, wish }: Question) {
  if (!wish) return driver.dropFloatingIp(id);
  if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
  return driver.putFloatingIp(wish.spec);
}
async function note(tx: Tx) {
  const status = (await floatingIpWish(tx.db, tx.subject)) ? "ACTIVE" : "DOWN";
  await noteRow(tx.db, "networkFloatingIps", tx.subject, { status });
}

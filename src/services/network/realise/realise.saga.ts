import { again, type Saga, type StepTx } from "#platform/service/kit.ts";
import type { NetworkDriver } from "../driver.ts";
import { act, type NetworkScope, saga } from "../kit.ts";
import type { NetworkDb } from "../resource/resource.store.ts";
import { later, type Patience, pauseOf } from "./patience.ts";
import type { Wish } from "./wish.ts";

export type RealiseTx = StepTx<NetworkScope, Patience>;

/** How a kind of resource comes to the data plane, and leaves it. */
export interface Realise<Spec> {
  /** What the data plane is to have, as the rows have it now; null: nothing. */
  wish(db: NetworkDb, id: string): Promise<Wish<Spec> | null>;
  put(driver: NetworkDriver, spec: Spec): Promise<unknown>;
  drop(driver: NetworkDriver, id: string): Promise<unknown>;
  /** The data plane has what was wished for. */
  done(tx: RealiseTx): Promise<unknown>;
  /** Whether somebody will ask again for what could not be done (the drift loop); what is gone has nobody else to ask. */
  isAskedAgain(tx: RealiseTx): Promise<boolean>;
}
interface Question<Spec> {
  readonly id: string;
  /** Seconds to wait first. */
  readonly pause: number;
  readonly wish: Wish<Spec> | null;
}

/** Brings the data plane up to a resource's rows, or drops it there when its row is gone. */
export function realise<Spec>(name: string, it: Realise<Spec>): Saga<NetworkScope, Patience> {
  const ask = async (tx: RealiseTx): Promise<Question<Spec>> => ({
    id: tx.subject,
    pause: pauseOf(tx),
    wish: await it.wish(tx.db, tx.subject),
  });
  const call = async (driver: NetworkDriver, { id, pause, wish }: Question<Spec>) => {
    if (pause > 0) return again(pause);
    if (!wish) return it.drop(driver, id);
    if (wish.waitsFor) return again(5, wish.waitsFor.event, wish.waitsFor.about);
    return it.put(driver, wish.spec);
  };
  const whole: Saga<NetworkScope, Patience> = saga(name, {
    steps: [act("put", { within: 660, ask, call, note: async (tx: RealiseTx) => void (await it.done(tx)) })],
    async failed(tx) {
      if (!(await it.isAskedAgain(tx))) await tx.start(whole, tx.subject, later(tx.now));
    },
  });
  return whole;
}

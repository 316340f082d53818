import { NoResultError } from "kysely";
import type { Actor } from "../api/rules.ts";
import type { Settings } from "../config/config.ts";
import { tell } from "../event/events.ts";
import { newId } from "../id/ids.ts";
import { cancelSagas, historyOf, startSaga } from "../saga/rows.ts";
import { type AnyDb, type Database, isClash, isLost, lost } from "../store/database.ts";
import { inPassing } from "../store/transaction.ts";
import { type Clock, iso } from "../time/clock.ts";
import type { AnySaga, Tx } from "./kit.ts";
import type { Loose } from "./loose.ts";

/** Who and what a transaction is for. */
export interface About {
  readonly requestId: string;
  readonly actor: Actor | null;
}
export type AnyTx = Tx<Loose> & {
  /** The events that were told in it. */ readonly told: Promise<{ id: number; name: string }>[];
};
export type Transact = <T>(about: About, work: (tx: AnyTx) => Promise<T>) => Promise<T>;

export interface Ground {
  readonly database: Database;
  readonly clock: Clock;
  readonly needs: object;
  /** Which service a saga belongs to. */
  readonly ownerOf: ReadonlyMap<AnySaga, string>;
  readonly settings: Settings;
}

/** What a transaction (or plain reads) offers to a service's code. */
export function txOn(ground: Ground, db: AnyDb, { requestId, actor }: About): AnyTx {
  const now = iso(ground.clock.now());
  const told: Promise<{ id: number; name: string }>[] = [];
  return {
    told,
    now,
    requestId,
    newId,
    db,
    needs: ground.needs,
    settings: ground.settings,
    async start(saga: AnySaga, subject: string, given: object = {}) {
      const service = ground.ownerOf.get(saga);
      if (!service) throw new Error(`the saga ${saga.name} stands in no service's list`);
      inPassing(
        startSaga(db, { service, saga, subject, given, moves: saga.moves?.(given) ?? [], actor, requestId, now }),
      );
    },
    async cancel(subject: string) {
      const clearing = [...ground.ownerOf.keys()].filter(({ clears }) => clears).map(({ name }) => name);
      inPassing(cancelSagas(db, subject, now, clearing));
    },
    async emit(name: string, body: object) {
      const it = tell(db, { name, body, requestId, at: now }).then((id) => ({ name, id }));
      inPassing(it);
      told.push(it);
    },
    history: (subject: string) => historyOf(db, subject),
  } as unknown as AnyTx;
}

/** One transaction, tried again when another one got in its way; a lost database becomes a 503. */
export function transactor(ground: Ground, count: { open: number }): Transact {
  return async (about, work) => {
    count.open += 1;
    try {
      return await attempt(ground, about, work);
    } finally {
      count.open -= 1;
    }
  };
}

async function attempt<T>(ground: Ground, about: About, work: (tx: AnyTx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ground.database.transaction((db) => work(txOn(ground, db, about)));
    } catch (why) {
      if (isLost(why)) throw Object.assign(lost(why), { cause: why });
      if (tries >= (isClash(why) ? 5 : isOvertaken(why) ? 3 : 0)) throw why;
    }
  }
}

/** Whether what the checks had seen was gone, or a constraint knew better: another one came in between, and who looks again sees it. */
function isOvertaken(why: unknown): boolean {
  if (why instanceof NoResultError) return true;
  const { code } = (why ?? {}) as { code?: string };
  return code === "23503" || code === "23505" || code === "23P01";
}

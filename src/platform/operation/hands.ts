import { callAll, changeSaga, releaseLease, type SagaRow } from "../saga/rows.ts";
import { Refused } from "../service/driver.ts";
import type { AnyTx, Transact } from "../service/transact.ts";
import type { AnyDb } from "../store/database.ts";
import { type Clock, iso, systemClock } from "../time/clock.ts";
import { isHeld } from "./operation.ts";
import { findOperation, lockOperation, takeOver, type WholeRow } from "./rows.ts";

export interface HandsParts {
  readonly db: AnyDb;
  readonly transact: Transact;
  readonly clock: Clock;
  /** The number of this process. */
  readonly process: number;
  /** What this process has in its hands. */
  readonly running: ReadonlyMap<number, { readonly row: { readonly fence: number } }>;
}
/** An operation in the operator's hands, and the process that was at it and was told to stop. */
export interface Taken {
  readonly row: WholeRow;
  readonly from: number | null;
}
export type Change = Partial<Record<keyof SagaRow, unknown>>;

const [lease, moment, patience] = [30_000, 1200, 5000];

/**
 * Takes an operation out of its process's hands, changes it in one transaction, and gives it back. Below the new fence the
 * former holder can keep nothing; its call outside is told to stop and has a moment to end before anything is changed.
 */
export async function byHand(
  parts: HandsParts,
  id: number,
  check: (row: WholeRow, ahead: number | null) => void,
  change: (tx: AnyTx, taken: Taken) => Promise<Change>,
): Promise<void> {
  const taken = await take(parts, id, check).catch(tooBusy);
  try {
    if (taken.from !== null) await untilLetGo(parts, taken);
    await parts.transact(taken.row, async (tx) => {
      const db = tx.db as AnyDb;
      const row = await lockOperation(db, id);
      if (row?.fence !== taken.row.fence) throw new Refused(`operation ${id} changed hands meanwhile; look again`);
      const to = await change(tx, { ...taken, row });
      await changeSaga(db, id, { ...to, updatedAt: tx.now, holder: null, leaseUntil: null });
    });
  } catch (why) {
    tooBusy(why);
  } finally {
    await releaseLease(parts.db, taken.row);
    await callAll(parts.db);
  }
}

async function take(
  { db, transact, clock, process }: HandsParts,
  id: number,
  check: (row: WholeRow, ahead: number | null) => void,
): Promise<Taken> {
  const known = await findOperation(db, id);
  if (!known) throw new Refused(`there is no operation ${id}; "crunch operations --all" lists them`);
  return transact({ requestId: known.requestId, actor: null }, async (tx) => {
    const before = (await lockOperation(tx.db as AnyDb, id))!;
    check(before, known.ahead);
    const row = await takeOver(tx.db as AnyDb, { id, holder: process, until: iso(clock.now() + lease) });
    return { row, from: isHeld(before, tx.now) ? before.holder : null };
  });
}

/** This process sees itself let go; another one has as long as a call that does not listen takes to be left behind. */
async function untilLetGo({ running, process }: HandsParts, { row, from }: Taken): Promise<void> {
  if (from !== process) return pause(moment);
  const end = Date.now() + patience;
  while ((running.get(row.id)?.row.fence ?? row.fence) < row.fence && Date.now() < end) await pause(20);
}

function pause(ms: number): Promise<void> {
  return new Promise((then) => void systemClock.after(ms, then));
}

function tooBusy(why: unknown): never {
  if ((why as { code?: string }).code !== "55P03") throw why;
  throw new Refused("a process has it locked in the middle of a step's transaction; ask again in a moment");
}

import type { Log } from "../log/log.ts";
import type { AnySaga, Step, StepTx } from "../service/kit.ts";
import type { Loose } from "../service/loose.ts";
import type { AnyTx, Transact } from "../service/transact.ts";
import type { AnyDb } from "../store/database.ts";
import type { Clock } from "../time/clock.ts";
import { addMoved, lockSaga, type SagaRow } from "./rows.ts";

/** A saga in this process's hands. */
export interface Held {
  row: SagaRow;
  /** Until when nobody else takes it, if nothing renews the lease. */
  leaseUntil: number;
  /** It is no longer this process's to go on with: its lease was lost, or the program stops. */
  readonly abort: AbortController;
  /** It was called off: what it does ends; what it undoes goes on. */
  readonly callOff: AbortController;
  /** Since when it stands in a call outside (real milliseconds); null while it does not. */
  calling: number | null;
  /** What was told since its step began, so that nothing is missed between the step's look and its wait. */
  heard: Heard[];
  /** It was left in the middle of a step because the program stops. */
  left: boolean;
}
/** An event, with all that it speaks of. */
export interface Heard {
  readonly name: string;
  readonly of: ReadonlySet<string>;
}
/** What taking a step needs of the engine. */
export interface Parts {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Log;
  readonly sagas: ReadonlyMap<string, AnySaga>;
  driverOf(service: string): object;
  readonly probe?: (where: string, saga: SagaRow) => void | Promise<void>;
  readonly parked?: (row: SagaRow, event: string | null, about: string | null) => void;
}
export type AnyStep = Step<Loose, Loose>;
export type Way = "do" | "undo";

export class LeaseLost extends Error {}

export function neighbour(saga: AnySaga, step: AnyStep, way: Way): AnyStep | undefined {
  const at = saga.steps.indexOf(step);
  return way === "do" ? saga.steps[at + 1] : saga.steps[at - 1];
}

export function about({ requestId, actor }: SagaRow) {
  return { requestId, actor };
}

/** Locks the row for this transaction, or says that it is another's by now. */
export async function held1(tx: AnyTx, row: SagaRow): Promise<SagaRow> {
  const now = await lockSaga(tx.db as AnyDb, row);
  if (!now) throw new LeaseLost();
  return now;
}

/** Locks the row and does the work, asked for in one round; where the row is another's by now nothing of the work is kept. */
export async function holding<T>(tx: AnyTx, row: SagaRow, work: () => Promise<T>): Promise<{ now: SagaRow; done: T }> {
  const [lock, end] = await Promise.allSettled([held1(tx, row), work()]);
  if (lock.status === "rejected") throw lock.reason;
  if (end.status === "rejected") throw end.reason;
  return { now: lock.value, done: end.value };
}

/** Whether an event is what is waited for: of that name, and about that subject where one is given. */
export function isMeant({ name, of }: Heard, event: string, about: string | null | undefined): boolean {
  return name === event && (about === null || about === undefined || of.has(about));
}

/** A transaction as a saga's code sees it. */
export function stepTx(tx: AnyTx, row: SagaRow): StepTx<never, never> {
  const { subject, given, actor } = row;
  const moves = (other: string) => addMoved(tx.db as AnyDb, row, other);
  return Object.assign(tx, { subject, given, actor, moves }) as unknown as StepTx<never, never>;
}

import { chance } from "../id/ids.ts";
import type { Log } from "../log/log.ts";
import { Unavailable } from "../service/driver.ts";
import { type Act, type ActStep, Again, type AnySaga, type Step, type StepTx } from "../service/kit.ts";
import type { Loose } from "../service/loose.ts";
import type { AnyTx, Transact } from "../service/transact.ts";
import { type AnyDb, isLost } from "../store/database.ts";
import { type Clock, iso, systemClock } from "../time/clock.ts";
import { beginStep, changeSaga, endStep, lockSaga, passStep, type SagaRow } from "./rows.ts";

/** A saga in this process's hands. */
export interface Held {
  row: SagaRow;
  /** It is no longer this process's to go on with: its lease was lost, or the program stops. */
  readonly abort: AbortController;
  /** It was called off: what it does ends; what it undoes goes on. */
  readonly callOff: AbortController;
  /** Since when it stands in a call outside (real milliseconds); null while it does not. */
  calling: number | null;
  /** Counts events heard, so that one told between a step's look and its wait is not missed. */
  heard: number;
  /** It was left in the middle of a step because the program stops. */
  left: boolean;
}
interface Parts {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Log;
  readonly sagas: ReadonlyMap<string, AnySaga>;
  driverOf(service: string): object;
  readonly probe?: (where: string, saga: SagaRow) => void | Promise<void>;
  readonly parked?: (row: SagaRow, event: string | null, about: string | null) => void;
}
type AnyStep = Step<Loose, Loose>;
type Way = "do" | "undo";

class LeaseLost extends Error {}

/**
 * Takes one step of a saga, forth or back, with its checkpoint. Returns the row as it stands then, if there is more to do at
 * once; undefined when it waits, has ended, or is another's by now.
 */
export async function takeStep(parts: Parts, held: Held): Promise<SagaRow | undefined> {
  const { row } = held;
  const saga = parts.sagas.get(row.name);
  if (!saga) return failUnknown(parts, row);
  const way: Way = row.state === "undoing" ? "undo" : "do";
  try {
    const step = saga.steps.find((s) => s.name === row.step);
    if (way === "do" && row.cancel)
      return await turnBack(parts, row, saga, new Error("it was called off"), true, isOpen(row) ? step : undefined);
    if (!step) return await finish(parts, row, saga);
    if (way === "do" && row.stepUntil && Date.parse(row.stepUntil) < parts.clock.now())
      return await tooLate(parts, held, saga, step);
    return await perform(parts, held, saga, step, way);
  } catch (why) {
    if (!(why instanceof LeaseLost)) throw why;
    held.left = true;
    return undefined;
  }
}

/** Whether an attempt of its step has begun and not ended. */
function isOpen({ stepSince, waitsFor }: SagaRow): boolean {
  return stepSince !== null && waitsFor !== "again";
}

/** Code that was deployed without a saga that still runs: kept as it is for a process that knows it. */
async function failUnknown({ transact, log, clock }: Parts, row: SagaRow): Promise<undefined> {
  log.error(
    { saga: row.name, subject: row.subject },
    "no such saga is known to this program; left for one that knows it",
  );
  await transact(about(row), async (tx) => {
    await held1(tx, row);
    await changeSaga(tx.db as AnyDb, row.id, { wakeAt: iso(clock.now() + 60_000), holder: null, leaseUntil: null });
  });
}

async function perform(parts: Parts, held: Held, saga: AnySaga, step: AnyStep, way: Way): Promise<SagaRow | undefined> {
  const heardBefore = held.heard;
  try {
    await parts.probe?.(`before ${way} ${step.name}`, held.row);
    const after =
      step.kind === "write" ? await doWrite(parts, held, saga, step, way) : await doAct(parts, held, saga, step, way);
    await parts.probe?.(`after ${way} ${step.name}`, held.row);
    if (after instanceof Again) return afterWait(parts, held, after, heardBefore);
    return after;
  } catch (why) {
    if (why instanceof LeaseLost || isLost(why)) throw why;
    return refused(parts, held, saga, step, way, why as Error);
  }
}

type StepEnd = SagaRow | undefined | Again;

async function doWrite(
  parts: Parts,
  { row }: Held,
  saga: AnySaga,
  step: AnyStep & { kind: "write" },
  way: Way,
): Promise<StepEnd> {
  return parts.transact(about(row), async (tx) => {
    const now = await held1(tx, row);
    const own = stepTx(tx, now);
    const end = way === "do" ? await step.run(own) : await step.undo?.(own);
    return checkpoint(parts, tx, now, saga, step, way, end);
  });
}

async function doAct(parts: Parts, held: Held, saga: AnySaga, step: ActStep<never, never>, way: Way): Promise<StepEnd> {
  const act = (way === "do" ? step : step.undo) as Act<never, never, unknown, unknown> | undefined;
  const { transact } = parts;
  if (!act)
    return transact(about(held.row), async (tx) => checkpoint(parts, tx, await held1(tx, held.row), saga, step, way));
  const question = await transact(about(held.row), async (tx) => {
    const now = await held1(tx, held.row);
    await openAttempt(parts, tx, now, step, way);
    return act.ask(stepTx(tx, now) as never);
  });
  await parts.probe?.(`asked ${way} ${step.name}`, held.row);
  const answer = await callOutside(parts, held, act, question, step.within, way);
  await parts.probe?.(`called ${way} ${step.name}`, held.row);
  return transact(about(held.row), async (tx) => {
    const now = await held1(tx, held.row);
    if (!(answer instanceof Again)) await act.note?.(stepTx(tx, now) as never, answer, question);
    return checkpoint(parts, tx, now, saga, step, way, answer instanceof Again ? answer : undefined);
  });
}

/** The driver, under the step's deadline and the saga's call-off; one that does not listen is left behind after a moment. */
async function callOutside(
  parts: Parts,
  held: Held,
  act: Act<never, never, unknown, unknown>,
  question: unknown,
  within: number,
  way: Way,
) {
  const { clock } = parts;
  const deadline = new AbortController();
  const until = held.row.stepUntil ? Date.parse(held.row.stepUntil) : clock.now() + within * 1000;
  const late = new Error(`no answer within ${within} s`);
  const off = clock.after(Math.max(until - clock.now(), 0), () => deadline.abort(late));
  const calledOff = way === "do" ? [held.callOff.signal] : [];
  const signal = AbortSignal.any([deadline.signal, held.abort.signal, ...calledOff]);
  held.calling = Date.now();
  try {
    const call = act.call(parts.driverOf(held.row.service) as never, question, { signal, fence: held.row.fence });
    return await Promise.race([call, left(signal, call)]);
  } finally {
    held.calling = null;
    off();
  }
}

/** Rejects a second after the signal, so that a call that honours it can end by itself first. */
function left(signal: AbortSignal, call: Promise<unknown>): Promise<never> {
  call.catch(() => {});
  return new Promise((_, reject) => {
    const leave = () => systemClock.after(1000, () => reject(signal.reason as Error));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

/** Writes that the step has begun: its first beginning sets its deadline. */
async function openAttempt(parts: Parts, tx: AnyTx, row: SagaRow, step: AnyStep, way: Way): Promise<void> {
  const db = tx.db as AnyDb;
  if (row.stepSince === null || row.waitsFor === "again") {
    await beginStep(db, { sagaId: row.id, step: step.name, way, attempt: row.attempt + 1, at: tx.now });
    const until = row.stepUntil ?? iso(parts.clock.now() + step.within * 1000);
    await changeSaga(db, row.id, {
      stepSince: row.stepSince ?? tx.now,
      stepUntil: until,
      waitsFor: null,
      updatedAt: tx.now,
    });
  }
}

async function checkpoint(
  parts: Parts,
  tx: AnyTx,
  row: SagaRow,
  saga: AnySaga,
  step: AnyStep,
  way: Way,
  end?: unknown,
): Promise<StepEnd> {
  if (end instanceof Again) return park(parts, tx, row, step, way, end);
  const next = neighbour(saga, step, way);
  const done = next === undefined && way === "do";
  const record = { sagaId: row.id, step: step.name, way, attempt: row.attempt + 1, at: tx.now };
  await passStep(tx.db as AnyDb, record, { next: next?.name ?? null, done });
  if (done) return undefined;
  const to = {
    step: next?.name ?? null,
    attempt: 0,
    stepSince: null,
    stepUntil: null,
    waitsFor: null,
    updatedAt: tx.now,
  };
  return { ...row, ...to } as SagaRow;
}

function neighbour(saga: AnySaga, step: AnyStep, way: Way): AnyStep | undefined {
  const at = saga.steps.indexOf(step);
  return way === "do" ? saga.steps[at + 1] : saga.steps[at - 1];
}

async function park(parts: Parts, tx: AnyTx, row: SagaRow, step: AnyStep, way: Way, end: Again): Promise<Again> {
  const db = tx.db as AnyDb;
  if (row.stepSince === null)
    await beginStep(db, { sagaId: row.id, step: step.name, way, attempt: row.attempt + 1, at: tx.now });
  const until = row.stepUntil ?? iso(parts.clock.now() + step.within * 1000);
  const pause = way === "do" && row.cancel ? 0 : end.after * 1000;
  const wake = Math.min(parts.clock.now() + pause, Date.parse(until) + 1);
  const waitsFor = end.on ? `${end.on}${end.about ? ` ${end.about}` : ""}` : "time";
  const to = { stepSince: row.stepSince ?? tx.now, stepUntil: until, wakeAt: iso(wake), waitsFor, updatedAt: tx.now };
  await changeSaga(db, row.id, { ...to, holder: null, leaseUntil: null });
  return end;
}

/** It waits; and if something was told while it was looking, it looks again at once. */
async function afterWait(
  { transact, clock, parked }: Parts,
  held: Held,
  end: Again,
  heardBefore: number,
): Promise<undefined> {
  parked?.(held.row, end.on ?? null, end.about ?? null);
  if (end.on === undefined || held.heard === heardBefore) return undefined;
  await transact(about(held.row), async (tx) => {
    await changeSaga(tx.db as AnyDb, held.row.id, { wakeAt: iso(clock.now()) });
  });
}

/** The step said no: later again, or back from here. */
async function refused(
  parts: Parts,
  held: Held,
  saga: AnySaga,
  step: AnyStep,
  way: Way,
  why: Error,
): Promise<SagaRow | undefined> {
  const { row } = held;
  const until = row.stepUntil ? Date.parse(row.stepUntil) : parts.clock.now() + step.within * 1000;
  if (held.abort.signal.aborted) throw new LeaseLost();
  const calledOff = way === "do" && held.callOff.signal.aborted;
  parts.log.info(
    { saga: row.name, subject: row.subject, step: step.name, way, attempt: row.attempt + 1, why: why.message },
    "a step said no",
  );
  const pause = Math.min(500 * 2 ** Math.min(row.attempt, 6), 30_000) * (0.75 + chance() / 2);
  if (why instanceof Unavailable && parts.clock.now() + pause < until && !calledOff)
    return tryLater(parts, row, step, way, why, pause);
  if (way === "undo") return skipUndo(parts, row, saga, step, why);
  return turnBack(parts, row, saga, why, calledOff, step);
}

async function tryLater(
  parts: Parts,
  row: SagaRow,
  step: AnyStep,
  way: Way,
  why: Error,
  pause: number,
): Promise<undefined> {
  await parts.transact(about(row), async (tx) => {
    const now = await held1(tx, row);
    const db = tx.db as AnyDb;
    await endStep(
      db,
      { sagaId: row.id, step: step.name, way, attempt: now.attempt + 1, at: tx.now },
      { outcome: "again", reason: why.message },
    );
    const until = now.stepUntil ?? iso(parts.clock.now() + step.within * 1000);
    const to = {
      attempt: now.attempt + 1,
      stepSince: now.stepSince ?? tx.now,
      stepUntil: until,
      waitsFor: "again",
      error: way === "do" ? why.message : now.error,
    };
    await changeSaga(db, row.id, {
      ...to,
      wakeAt: iso(parts.clock.now() + (way === "do" && now.cancel ? 0 : pause)),
      updatedAt: tx.now,
      holder: null,
      leaseUntil: null,
    });
  });
}

/** What cannot be undone is said and passed over: the loops put it right, and nothing is stuck for it. */
async function skipUndo(parts: Parts, row: SagaRow, saga: AnySaga, step: AnyStep, why: Error): Promise<SagaRow> {
  parts.log.error({ err: why, saga: row.name, subject: row.subject, step: step.name }, "a step could not be undone");
  return parts.transact(about(row), async (tx) => {
    const now = await held1(tx, row);
    const db = tx.db as AnyDb;
    await endStep(
      db,
      { sagaId: row.id, step: step.name, way: "undo", attempt: now.attempt + 1, at: tx.now },
      { outcome: "failed", reason: why.message },
    );
    const to = {
      step: neighbour(saga, step, "undo")?.name ?? null,
      attempt: 0,
      stepSince: null,
      stepUntil: null,
      waitsFor: null,
    };
    await changeSaga(db, row.id, to);
    return { ...now, ...to } as SagaRow;
  });
}

async function tooLate(parts: Parts, held: Held, saga: AnySaga, step: AnyStep): Promise<SagaRow | undefined> {
  const { waitsFor, error } = held.row;
  const reason = waitsFor === "again" && error ? error : `it was not done within ${step.within} s`;
  return turnBack(parts, held.row, saga, new Error(reason), false, step);
}

/** From here back: the step that said no is undone too, for it may have been half done. */
async function turnBack(
  parts: Parts,
  row: SagaRow,
  saga: AnySaga,
  why: Error,
  calledOff: boolean,
  at?: AnyStep,
): Promise<SagaRow> {
  return parts.transact(about(row), async (tx) => {
    const now = await held1(tx, row);
    const db = tx.db as AnyDb;
    if (at) {
      const record = { sagaId: row.id, step: at.name, way: "do" as const, attempt: now.attempt + 1, at: tx.now };
      await endStep(db, record, { outcome: calledOff ? "called off" : "failed", reason: why.message });
    }
    const begun = now.stepSince !== null || at !== undefined;
    const from = saga.steps.find((s) => s.name === now.step);
    const step = begun || !from ? from : neighbour(saga, from, "undo");
    const to = {
      state: "undoing" as const,
      step: step?.name ?? null,
      attempt: 0,
      stepSince: null,
      stepUntil: null,
      waitsFor: null,
    };
    const told = { error: why.message, errorKind: why.name, cancel: now.cancel || calledOff, updatedAt: tx.now };
    await changeSaga(db, row.id, { ...to, ...told });
    return { ...now, ...to, ...told };
  });
}

/** Everything is undone (or there was nothing to do): the last word. */
async function finish(parts: Parts, row: SagaRow, saga: AnySaga): Promise<undefined> {
  const { state } = row;
  const end = state === "running" ? "done" : row.cancel ? "cancelled" : "failed";
  const last = async (withWord: boolean) =>
    parts.transact(about(row), async (tx) => {
      const now = await held1(tx, row);
      const why = Object.assign(new Error(now.error ?? "it failed"), { name: now.errorKind ?? "Error" });
      if (end === "failed" && withWord) await saga.failed(stepTx(tx, now), why);
      await changeSaga(tx.db as AnyDb, row.id, {
        state: end,
        step: null,
        holder: null,
        leaseUntil: null,
        updatedAt: tx.now,
      });
    });
  try {
    await last(true);
  } catch (why) {
    if (why instanceof LeaseLost || isLost(why)) throw why;
    parts.log.error({ err: why, saga: row.name, subject: row.subject }, "a saga's last word failed");
    await last(false);
  }
}

function about({ requestId, actor }: SagaRow) {
  return { requestId, actor };
}

/** Locks the row for this transaction, or says that it is another's by now. */
async function held1(tx: AnyTx, row: SagaRow): Promise<SagaRow> {
  const now = await lockSaga(tx.db as AnyDb, row);
  if (!now) throw new LeaseLost();
  return now;
}

/** A transaction as a saga's code sees it. */
export function stepTx(tx: AnyTx, { subject, given, actor }: SagaRow): StepTx<never, never> {
  return Object.assign(tx, { subject, given, actor }) as unknown as StepTx<never, never>;
}

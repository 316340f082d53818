import { type Act, type ActStep, Again, type AnySaga } from "../service/kit.ts";
import type { AnyTx } from "../service/transact.ts";
import { type AnyDb, isLost } from "../store/database.ts";
import { inPassing } from "../store/transaction.ts";
import { iso } from "../time/clock.ts";
import { finish, refused, tooLate, turnBack } from "./back.ts";
import {
  type AnyStep,
  about,
  type Held,
  held1,
  holding,
  isMeant,
  LeaseLost,
  neighbour,
  type Parts,
  stepTx,
  type Way,
} from "./held.ts";
import { callOutside } from "./outside.ts";
import { beginStep, changeSaga, openStep, passStep, type SagaRow } from "./rows.ts";

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
  held.heard = [];
  try {
    await parts.probe?.(`before ${way} ${step.name}`, held.row);
    const after =
      step.kind === "write" ? await doWrite(parts, held, saga, step, way) : await doAct(parts, held, saga, step, way);
    await parts.probe?.(`after ${way} ${step.name}`, held.row);
    if (after instanceof Again) return afterWait(parts, held, after);
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
    const own = stepTx(tx, row);
    const { now, done } = await holding(tx, row, async () => (way === "do" ? step.run(own) : step.undo?.(own)));
    return checkpoint(parts, tx, now, saga, step, way, done);
  });
}

async function doAct(parts: Parts, held: Held, saga: AnySaga, step: ActStep<never, never>, way: Way): Promise<StepEnd> {
  const act = (way === "do" ? step : step.undo) as Act<never, never, unknown, unknown> | undefined;
  const { transact } = parts;
  if (!act)
    return transact(about(held.row), async (tx) => checkpoint(parts, tx, await held1(tx, held.row), saga, step, way));
  const { now, done: question } = await transact(about(held.row), (tx) =>
    holding(tx, held.row, async () => {
      openAttempt(parts, tx, held.row, step, way);
      return act.ask(stepTx(tx, held.row) as never);
    }),
  );
  // Who called it off while it was being leased was told to nobody.
  if (way === "do" && now.cancel)
    return turnBack(parts, { ...held.row, cancel: true }, saga, new Error("it was called off"), true, step);
  await parts.probe?.(`asked ${way} ${step.name}`, held.row);
  const answer = await callOutside(parts, held, act, question, step.within, way);
  await parts.probe?.(`called ${way} ${step.name}`, held.row);
  return transact(about(held.row), async (tx) => {
    const { now } = await holding(tx, held.row, async () => {
      if (!(answer instanceof Again)) await act.note?.(stepTx(tx, held.row) as never, answer, question);
    });
    return checkpoint(parts, tx, now, saga, step, way, answer instanceof Again ? answer : undefined);
  });
}

/** Writes that the step has begun: its first beginning sets its deadline. */
function openAttempt(parts: Parts, tx: AnyTx, row: SagaRow, step: AnyStep, way: Way): void {
  if (row.stepSince !== null && row.waitsFor !== "again") return;
  const record = { sagaId: row.id, step: step.name, way, attempt: row.attempt + 1, at: tx.now };
  const until = row.stepUntil ?? iso(parts.clock.now() + step.within * 1000);
  inPassing(openStep(tx.db as AnyDb, record, { since: row.stepSince ?? tx.now, until }));
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
  inPassing(passStep(tx.db as AnyDb, record, { next: next?.name ?? null, done }));
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
async function afterWait({ transact, clock, parked }: Parts, held: Held, end: Again): Promise<undefined> {
  parked?.(held.row, end.on ?? null, end.about ?? null);
  if (end.on === undefined || !held.heard.some((it) => isMeant(it, end.on!, end.about))) return undefined;
  await transact(about(held.row), async (tx) => {
    await changeSaga(tx.db as AnyDb, held.row.id, { wakeAt: iso(clock.now()) });
  });
}

import { chance } from "../id/ids.ts";
import { Elsewhere, Unavailable } from "../service/driver.ts";
import type { AnySaga } from "../service/kit.ts";
import { type AnyDb, isLost } from "../store/database.ts";
import { iso } from "../time/clock.ts";
import { type AnyStep, about, type Held, held1, LeaseLost, neighbour, type Parts, stepTx, type Way } from "./held.ts";
import { callAll, changeSaga, cutOff, endStep, type SagaRow, wasCutOff } from "./rows.ts";

/** The step said no: later again, or back from here. */
export async function refused(
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
  if (why instanceof Elsewhere && parts.clock.now() < until) return handOver(parts, row, why.host);
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

/** The program on the host goes on with the attempt that has begun. */
async function handOver(parts: Parts, row: SagaRow, host: string): Promise<undefined> {
  await parts.transact(about(row), async (tx) => {
    await held1(tx, row);
    const db = tx.db as AnyDb;
    await changeSaga(db, row.id, { host, waitsFor: `host ${host}`, wakeAt: tx.now, holder: null, leaseUntil: null });
    await callAll(db);
  });
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
      host: null,
      stepSince: null,
      stepUntil: null,
      waitsFor: null,
    };
    await changeSaga(db, row.id, to);
    return { ...now, ...to } as SagaRow;
  });
}

/** Its deadline has passed: back from here, unless its holder was gone meanwhile. */
export async function tooLate(parts: Parts, held: Held, saga: AnySaga, step: AnyStep): Promise<SagaRow | undefined> {
  const { stepSince, waitsFor, error, host } = held.row;
  const isOpen = stepSince !== null && waitsFor === null;
  const granted = isOpen ? await tryAsHeir(parts, held.row, step) : undefined;
  if (granted) return granted;
  const late = `it was not done within ${step.within} s${host ? ` by the program on host ${host}` : ""}`;
  const reason = waitsFor === "again" && error ? error : late;
  return turnBack(parts, held.row, saga, new Error(reason), false, step);
}

/**
 * Whoever did it slept or died in its midst, and what time it had passed without anybody. Its heir has the time of the step once
 * more; not twice, for a step may be what takes the programs with it.
 */
async function tryAsHeir(parts: Parts, row: SagaRow, step: AnyStep): Promise<SagaRow | undefined> {
  return parts.transact(about(row), async (tx) => {
    const now = await held1(tx, row);
    const db = tx.db as AnyDb;
    if (await wasCutOff(db, now)) return undefined;
    const attempt = now.attempt + 1;
    const reason = `whoever did it was gone until its ${step.within} s were over`;
    await endStep(db, { sagaId: row.id, step: step.name, way: "do", attempt, at: tx.now }, { outcome: cutOff, reason });
    const until = iso(parts.clock.now() + step.within * 1000);
    const to = { attempt, stepUntil: until, waitsFor: "again", updatedAt: tx.now };
    await changeSaga(db, row.id, to);
    return { ...now, ...to };
  });
}

/** From here back: the step that said no is undone too, for it may have been half done. */
export async function turnBack(
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
      host: null,
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
export async function finish(parts: Parts, row: SagaRow, saga: AnySaga): Promise<undefined> {
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

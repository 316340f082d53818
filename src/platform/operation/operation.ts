import type { SagaRow } from "../saga/rows.ts";
import type { SagaState } from "../service/kit.ts";

/** A saga's row as it is told of: without what it was started with, which may be secret. */
export interface OperationRow extends Omit<SagaRow, "given" | "actor"> {
  readonly holder: number | null;
  readonly leaseUntil: string | null;
  /** What stands before it in its subject's line. */
  readonly ahead: number | null;
  readonly aheadName: string | null;
}

/** Durable work in motion, or ended: since when, until when, at which step, and why. */
export interface Operation {
  readonly id: number;
  readonly saga: string;
  readonly subject: string;
  readonly state: SagaState;
  readonly step: string | null;
  readonly way: "do" | "undo";
  /** The first is 1. */
  readonly attempt: number;
  readonly startedAt: string;
  /** When this step began; before it has, when the one before it ended. */
  readonly since: string;
  readonly until: string | null;
  readonly waitsFor: string | null;
  /** The last reason for trying again, or for turning back. */
  readonly why: string | null;
  /** What happens next, and when. */
  readonly next: string;
  readonly requestId: string;
}

export function operationOf(row: OperationRow, now: string): Operation {
  const { id, name: saga, subject, state, step, startedAt, stepUntil: until, requestId } = row;
  return {
    id,
    saga,
    subject,
    state,
    step,
    way: state === "running" || state === "done" ? "do" : "undo",
    attempt: row.attempt + 1,
    startedAt,
    since: row.stepSince ?? row.updatedAt,
    until,
    waitsFor: waitsFor(row, now),
    why: whyOf(row),
    next: nextOf(row, now),
    requestId,
  };
}

export function isOpen({ state }: { readonly state: SagaState }): boolean {
  return state === "running" || state === "undoing";
}

/** Whether a process has it in its hands. */
export function isHeld({ holder, leaseUntil }: Pick<OperationRow, "holder" | "leaseUntil">, now: string): boolean {
  return holder !== null && leaseUntil !== null && Date.parse(leaseUntil) > Date.parse(now);
}

function waitsFor(row: OperationRow, now: string): string | null {
  if (!isOpen(row)) return null;
  if (row.ahead !== null) return `operation ${row.ahead}`;
  if (isHeld(row, now)) return null;
  return row.waitsFor === "again" ? "another attempt" : row.waitsFor;
}

/** An error outlives the step that it was about: it counts while that step is tried again, and on the way back. */
function whyOf({ state, attempt, error }: OperationRow): string | null {
  return state === "undoing" || state === "failed" || state === "cancelled" || attempt > 0 ? error : null;
}

function nextOf(row: OperationRow, now: string): string {
  if (!isOpen(row)) return `nothing: it ended at ${moment(row.updatedAt)} (${row.state})`;
  if (row.ahead !== null) return `it begins when operation ${row.ahead} (${row.aheadName}) has ended`;
  return row.state === "running" ? forth(row, now) : back(row, now);
}

function forth(row: OperationRow, now: string): string {
  const { step, waitsFor, stepUntil } = row;
  if (row.cancel) return "it was called off: what it did is undone, then it ends";
  const end = stepUntil ? `; if it is not done by ${moment(stepUntil)}, it is given up and everything is undone` : "";
  if (isHeld(row, now)) return `step ${step} is under way${end}`;
  if (waitsFor === null) return `step ${step} begins ${soon(row, now)}`;
  if (waitsFor === "again") return `step ${step} is tried again ${soon(row, now)}${end}`;
  if (waitsFor === "time") return `step ${step} looks again ${soon(row, now)}${end}`;
  if (waitsFor.startsWith("host ")) return `step ${step} is for the program on ${waitsFor}${end}`;
  return `step ${step} goes on as soon as ${waitsFor} is told, and looks again ${soon(row, now)}${end}`;
}

function back(row: OperationRow, now: string): string {
  const { step, stepUntil, waitsFor } = row;
  if (step === null) return "everything is undone: it leaves its last word and ends";
  const end = stepUntil ? `; if it is not undone by ${moment(stepUntil)}, it is passed over` : "";
  if (isHeld(row, now)) return `step ${step} is being undone${end}`;
  if (waitsFor === "again") return `undoing step ${step} is tried again ${soon(row, now)}${end}`;
  return `step ${step} is undone ${soon(row, now)}${end}`;
}

function soon({ wakeAt }: OperationRow, now: string): string {
  return Date.parse(wakeAt) <= Date.parse(now) ? "as soon as a process is free" : `at ${moment(wakeAt)}`;
}

/** "2026-11-20T12:00:00.123Z" → "2026-11-20T12:00:00Z" */
export function moment(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}

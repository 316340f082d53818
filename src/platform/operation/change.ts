import { stepTx } from "../saga/held.ts";
import { endStep } from "../saga/rows.ts";
import { Refused } from "../service/driver.ts";
import type { AnySaga } from "../service/kit.ts";
import type { AnyTx } from "../service/transact.ts";
import type { AnyDb } from "../store/database.ts";
import { iso } from "../time/clock.ts";
import type { Change, Taken } from "./hands.ts";
import { isOpen } from "./operation.ts";
import type { WholeRow } from "./rows.ts";

/** Who changes an operation by hand, and why. */
export interface By {
  readonly who: string;
  readonly why: string | null;
}
export type End = "done" | "failed";

/** What may be done to an operation by hand: whether it may, and what it comes to. */
export interface Verb {
  check(row: WholeRow, ahead: number | null): void;
  change(tx: AnyTx, taken: Taken): Promise<Change>;
}

/** Its step is taken again at once, and has its whole time again. */
export function retrying(saga: AnySaga | undefined, by: By): Verb {
  return {
    check(row, ahead) {
      mustBeOpen(row);
      mustBeFirst(row, ahead);
    },
    async change(tx, { row, from }) {
      const within = saga?.steps.find((s) => s.name === row.step)?.within;
      const anew = row.stepUntil && within ? iso(Date.parse(tx.now) + within * 1000) : row.stepUntil;
      const to = { wakeAt: tx.now, stepUntil: anew };
      if (from === null || row.stepSince === null || row.waitsFor !== null) return to;
      await record(tx, row, "again", says("told to try again", by));
      const error = told("the operator had it tried again", by);
      return { ...to, attempt: row.attempt + 1, waitsFor: "again", error };
    },
  };
}

/** It turns back from here, undoes what it did, and then fails: its last word takes the resource out of its busy word. */
export function cancelling(saga: AnySaga | undefined, by: By): Verb {
  return {
    check(row) {
      mustBeOpen(row);
      mustBeKnown(row, saga);
      if (row.state === "undoing" || row.cancel) throw new Refused(`operation ${row.id} is turning back already`);
    },
    async change(tx, { row }) {
      await record(tx, row, "called off", says("called off", by));
      const at = saga!.steps.findIndex((s) => s.name === row.step);
      const step = saga!.steps[row.stepSince === null ? at - 1 : at];
      const anew = {
        step: step?.name ?? null,
        attempt: 0,
        host: null,
        stepSince: null,
        stepUntil: null,
        waitsFor: null,
      };
      const error = told("the operator called it off", by);
      return { ...anew, state: "undoing", wakeAt: tx.now, error, errorKind: "Refused" };
    },
  };
}

/** It ends here. As failed, the saga's last word is said in the same transaction; as done, no code runs at all. */
export function finishing(saga: AnySaga | undefined, as: End, by: By): Verb {
  return {
    check(row, ahead) {
      mustBeOpen(row);
      mustBeFirst(row, ahead);
      if (as === "failed") mustBeKnown(row, saga);
    },
    async change(tx, { row }) {
      const error = as === "failed" ? told("the operator ended it", by) : null;
      if (error !== null) await saga!.failed(stepTx(tx, row), Object.assign(new Error(error), { name: "Refused" }));
      await record(tx, row, as, says(`ended as ${as}`, by));
      const over = { step: null, attempt: 0, stepSince: null, stepUntil: null, waitsFor: null };
      return { ...over, state: as, error, errorKind: error && "Refused" };
    },
  };
}

function mustBeOpen(row: WholeRow): void {
  if (isOpen(row)) return;
  throw new Refused(`operation ${row.id} has ended (${row.state}); ask for its work anew through the API`);
}

function mustBeFirst({ id }: WholeRow, ahead: number | null): void {
  if (ahead !== null) throw new Refused(`operation ${id} has not begun: it waits for operation ${ahead}; change that`);
}

function mustBeKnown({ id, name, step }: WholeRow, saga: AnySaga | undefined): void {
  if (saga && (step === null || saga.steps.some((s) => s.name === step))) return;
  throw new Refused(`this program does not know ${name} ${step ?? ""}; operation ${id} can only be finished as done`);
}

/** The history says who: it is for administrators. */
async function record(tx: AnyTx, row: WholeRow, outcome: string, reason: string): Promise<void> {
  const way = row.state === "undoing" ? "undo" : "do";
  const { id: sagaId, step, attempt } = row;
  const it = { sagaId, step: step ?? "end", way, attempt: attempt + 1, at: tx.now } as const;
  await endStep(tx.db as AnyDb, it, { outcome, reason });
}

function says(what: string, { who, why }: By): string {
  return `${what} by ${who}${why ? `: ${why}` : ""}`;
}

/** Users read it on their resource: what the operator wanted to say, and not who it was. */
function told(what: string, { why }: By): string {
  return why ? `${what}: ${why}` : what;
}

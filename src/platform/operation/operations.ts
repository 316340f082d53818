import { newRequestId } from "../id/ids.ts";
import type { Log } from "../log/log.ts";
import { Refused } from "../service/driver.ts";
import type { AnySaga, HistoryStep } from "../service/kit.ts";
import { iso } from "../time/clock.ts";
import { type By, cancelling, type End, finishing, retrying, type Verb } from "./change.ts";
import { byHand, type HandsParts } from "./hands.ts";
import { type Operation, type OperationRow, operationOf } from "./operation.ts";
import { countOpen, findOperation, listEnded, listOpen, stepsOf, writeAudit } from "./rows.ts";

export interface Listing {
  /** What is in motion, the oldest first. */
  readonly open: readonly Operation[];
  /** How many there are in motion, listed or not. */
  readonly count: number;
  /** What ended, the youngest first. */
  readonly ended: readonly Operation[];
}
/** One operation with each of its attempts, and the steps that it knows. */
export interface Story {
  readonly operation: Operation;
  readonly steps: readonly HistoryStep[];
  readonly plan: readonly { readonly name: string; readonly within: number }[];
}
/** What an operator may ask of work in motion, and do to it by hand. */
export interface Operations {
  list(ask?: { all?: boolean; subject?: string | null }): Promise<Listing>;
  show(id: number): Promise<Story>;
  retry(id: number, by: By): Promise<Operation>;
  cancel(id: number, by: By): Promise<Operation>;
  finish(id: number, as: End, by: By): Promise<Operation>;
}
interface Parts extends HandsParts {
  readonly log: Log;
  readonly sagas: ReadonlyMap<string, AnySaga>;
}

const [mostOpen, mostEnded] = [500, 50];

export function openOperations(parts: Parts): Operations {
  const { db, clock, sagas } = parts;
  const told = (row: OperationRow) => operationOf(row, iso(clock.now()));
  return {
    async list({ all = false, subject = null } = {}) {
      const open = await listOpen(db, { subject, most: mostOpen });
      const count = open.length < mostOpen ? open.length : await countOpen(db, subject);
      const ended = all ? await listEnded(db, { subject, most: mostEnded }) : [];
      return { open: open.map(told), count, ended: ended.map(told) };
    },
    async show(id) {
      const row = await get(parts, id);
      const plan = sagas.get(row.name)?.steps.map(({ name, within }) => ({ name, within })) ?? [];
      return { operation: told(row), steps: await stepsOf(db, id), plan };
    },
    retry: (id, by) => change(parts, id, "retry", by, (saga) => retrying(saga, by)),
    cancel: (id, by) => change(parts, id, "cancel", by, (saga) => cancelling(saga, by)),
    finish: (id, as, by) => change(parts, id, `finish-${as}`, by, (saga) => finishing(saga, as, by)),
  };
}

async function get({ db }: Parts, id: number): Promise<OperationRow> {
  const row = await findOperation(db, id);
  if (!row) throw new Refused(`there is no operation ${id}; "crunch operations --all" lists them`);
  return row;
}

/** By hand, with its line in the audit in the same transaction and its line in the log after it. */
async function change(
  parts: Parts,
  id: number,
  word: string,
  by: By,
  verbOf: (saga: AnySaga | undefined) => Verb,
): Promise<Operation> {
  const { name: saga, subject, step } = await get(parts, id);
  const { check, change } = verbOf(parts.sagas.get(saga));
  const requestId = newRequestId();
  const rule = `operations:${word}`;
  await byHand(parts, id, check, async (tx, taken) => {
    await writeAudit(tx.db, { at: tx.now, requestId, rule, path: `/operations/${id}/${word}`, who: by.who });
    return change(tx, taken);
  });
  const what = { operation: id, saga, subject, step, who: by.who, why: by.why, requestId };
  parts.log.info({ audit: rule, service: "operations", ...what }, "an operation was changed by hand");
  return operationOf(await get(parts, id), iso(parts.clock.now()));
}

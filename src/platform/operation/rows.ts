import { sql } from "kysely";
import type { SagaRow } from "../saga/rows.ts";
import type { HistoryStep } from "../service/kit.ts";
import type { AnyDb } from "../store/database.ts";
import type { OperationRow } from "./operation.ts";

/** Everything of a saga but what it was started with and by whom. */
const told = sql`s.id, s.service, s.name, s.subject, s.state, s.step, s.attempt, s.step_since, s.step_until, s.wake_at, s.waits_for,
  s.cancel, s.error, s.error_kind, s.fence, s.host, s.moves, s.request_id, s.started_at, s.updated_at, s.holder, s.lease_until`;

const inLine = sql`left join lateral (select b.id, b.name from platform_sagas b where b.subject = s.subject and b.id < s.id
  and b.state in ('running', 'undoing') order by b.id limit 1) before on s.state in ('running', 'undoing')`;

/** What moves one resource: what is in motion on it, the first in line first, then what moves it beside another. */
export async function openOn(db: AnyDb, subject: string): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    (select ${told}, null::bigint as ahead, null as ahead_name from platform_sagas s
      where s.state in ('running', 'undoing') and s.subject = ${subject} order by s.id limit 4)
    union all
    (select ${told}, null::bigint as ahead, null as ahead_name from platform_sagas s
      where s.state in ('running', 'undoing') and s.moves <> '{}' and s.moves @> array[${subject}::text] and s.subject <> ${subject}
      order by s.id limit 4)
    limit 4`.execute(db);
  return rows;
}

const on = (subject: string | null) =>
  sql<boolean>`(${subject}::text is null or s.subject = ${subject} or s.moves @> array[${subject}::text])`;

export interface Which {
  readonly subject: string | null;
  readonly most: number;
}

export async function listOpen(db: AnyDb, { subject, most }: Which): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select ${told}, before.id as ahead, before.name as ahead_name from platform_sagas s ${inLine}
    where s.state in ('running', 'undoing') and ${on(subject)}
    order by s.id limit ${most}`.execute(db);
  return rows;
}

/** The last that ended come first. */
export async function listEnded(db: AnyDb, { subject, most }: Which): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select ${told}, null::bigint as ahead, null as ahead_name from platform_sagas s
    where s.state not in ('running', 'undoing') and ${on(subject)}
    order by s.id desc limit ${most}`.execute(db);
  return rows;
}

export async function countOpen(db: AnyDb, subject: string | null): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from platform_sagas s where s.state in ('running', 'undoing')
    and ${on(subject)}`.execute(db);
  return rows[0]!.n;
}

export async function findOperation(db: AnyDb, id: number): Promise<OperationRow | undefined> {
  const { rows } = await sql<OperationRow>`
    select ${told}, before.id as ahead, before.name as ahead_name from platform_sagas s ${inLine} where s.id = ${id}`.execute(
    db,
  );
  return rows[0];
}

export async function stepsOf(db: AnyDb, id: number): Promise<HistoryStep[]> {
  const { rows } = await sql<HistoryStep>`
    select step, way, attempt, started_at, ended_at, outcome, reason from platform_saga_steps where saga_id = ${id} order by id`.execute(
    db,
  );
  return rows;
}

export type WholeRow = SagaRow & Pick<OperationRow, "holder" | "leaseUntil">;

/** Locks it; a holder that keeps it locked for long is not waited for. */
export async function lockOperation(db: AnyDb, id: number): Promise<WholeRow | undefined> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  const { rows } = await sql<WholeRow>`select * from platform_sagas where id = ${id} for update`.execute(db);
  return rows[0];
}

interface Hands {
  readonly id: number;
  readonly holder: number;
  readonly until: string;
}

/** Takes it out of whatever hands it is in: below this fence a holder can keep nothing more, and is told to stop. */
export async function takeOver(db: AnyDb, { id, holder, until }: Hands): Promise<WholeRow> {
  const { rows } = await sql<WholeRow>`
    with taken as (update platform_sagas set fence = fence + 1, holder = ${holder}, lease_until = ${until} where id = ${id} returning *),
    told as (select pg_notify('crunch_cancel', id || ' ' || fence) from taken)
    select taken.* from taken, told`.execute(db);
  return rows[0]!;
}

export interface AuditLine {
  readonly at: string;
  readonly requestId: string;
  readonly rule: string;
  readonly path: string;
  readonly who: string;
}

export async function writeAudit(db: AnyDb, { at, requestId, rule, path, who }: AuditLine): Promise<void> {
  const line = { at, requestId, service: "operations", rule, method: "POST", path, status: 200 };
  await db
    .insertInto("platformAudit")
    .values({ ...line, userId: `unix:${who}`, remote: "control socket" })
    .execute();
}

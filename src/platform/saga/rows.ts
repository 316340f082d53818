import { sql } from "kysely";
import type { Actor } from "../api/rules.ts";
import type { AnySaga, History, HistoryStep, SagaState } from "../service/kit.ts";
import type { AnyDb } from "../store/database.ts";

/** A saga as its row has it. */
export interface SagaRow {
  readonly id: number;
  readonly service: string;
  readonly name: string;
  readonly subject: string;
  readonly given: object;
  readonly state: SagaState;
  /** The step that is next to be done, or to be undone. */
  readonly step: string | null;
  readonly attempt: number;
  readonly stepSince: string | null;
  readonly stepUntil: string | null;
  readonly wakeAt: string;
  readonly waitsFor: string | null;
  readonly cancel: boolean;
  readonly error: string | null;
  readonly errorKind: string | null;
  readonly fence: number;
  readonly holder: number | null;
  /** Whose program alone can take its step; null: any. */
  readonly host: string | null;
  /** What it moves beside its subject. */
  readonly moves: readonly string[];
  readonly actor: Actor | null;
  readonly requestId: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

interface Start {
  readonly service: string;
  readonly saga: AnySaga;
  readonly subject: string;
  readonly given: object;
  readonly moves: readonly string[];
  readonly actor: Actor | null;
  readonly requestId: string;
  readonly now: string;
}

export async function startSaga(
  db: AnyDb,
  { service, saga, subject, given, moves, actor, requestId, now }: Start,
): Promise<void> {
  await sql`
    with started as (
      insert into platform_sagas (service, name, subject, given, moves, state, step, wake_at, actor, request_id, started_at, updated_at)
      values (${service}, ${saga.name}, ${subject}, ${JSON.stringify(given)}, ${moves as string[]}, 'running', ${saga.steps[0]?.name ?? null},
        ${now}, ${actor && JSON.stringify(actor)}, ${requestId}, ${now}, ${now}) returning id)
    select pg_notify('crunch_saga', '') from started`.execute(db);
}

/** Everything that runs forward on the subject turns back at its next breath, but for sagas of these names. */
export async function cancelSagas(db: AnyDb, subject: string, now: string, but: readonly string[]): Promise<void> {
  await sql`
    with called_off as (
      update platform_sagas set cancel = true, wake_at = least(wake_at, ${now}::timestamptz), updated_at = ${now}
      where subject = ${subject} and state = 'running' and not cancel and name <> all(${but as string[]}) returning id)
    select pg_notify('crunch_cancel', id::text) from called_off`.execute(db);
}

/** A saga moves something more, from now on. */
export async function addMoved(
  db: AnyDb,
  { id, moves }: Pick<SagaRow, "id" | "moves">,
  subject: string,
): Promise<void> {
  if (moves.includes(subject)) return;
  await sql`update platform_sagas set moves = moves || ${subject}::text where id = ${id}`.execute(db);
}

/** What these hosts' program may go on with: where the right host's program lets the time pass, any may end it. */
function within(hosts: readonly string[], now: string) {
  return sql<boolean>`(s.host is null or s.host = any(${hosts as string[]}) or s.step_until < ${now})`;
}

interface Lease {
  readonly holder: number;
  readonly hosts: readonly string[];
  readonly now: string;
  readonly until: string;
  readonly most: number;
  /** What this process has in its hands already. */
  readonly but: readonly number[];
}

/** Leases what may run now: due, held by nobody, and first in its subject's line. */
export async function leaseSagas(db: AnyDb, ask: Lease): Promise<SagaRow[]> {
  const { holder, hosts, now, until, most, but } = ask;
  const { rows } = await sql<SagaRow>`
    update platform_sagas set holder = ${holder}, lease_until = ${until}, fence = fence + 1
    where id in (
      select s.id from platform_sagas s
      where s.state in ('running', 'undoing') and s.wake_at <= ${now} and (s.lease_until is null or s.lease_until < ${now})
        and s.id <> all(${but as number[]}) and ${within(hosts, now)}
        and not exists (select 1 from platform_sagas before where before.subject = s.subject and before.id < s.id
          and before.state in ('running', 'undoing'))
      order by s.wake_at limit ${most} for update skip locked)
    returning *`.execute(db);
  return rows;
}

/** When something could next be leased; null when nothing is open. */
export async function nextWake(db: AnyDb, hosts: readonly string[]): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    select min(greatest(s.wake_at, s.lease_until, case when s.host <> all(${hosts as string[]}) then s.step_until end)) as at from platform_sagas s
    where s.state in ('running', 'undoing') and not exists (select 1 from platform_sagas before
      where before.subject = s.subject and before.id < s.id and before.state in ('running', 'undoing'))`.execute(db);
  return rows[0]?.at ?? null;
}

/** How many could be leased now. */
export async function countDue(db: AnyDb, hosts: readonly string[], now: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from platform_sagas s where s.state in ('running', 'undoing') and s.wake_at <= ${now}
      and (s.lease_until is null or s.lease_until < ${now}) and ${within(hosts, now)} and not exists (select 1 from platform_sagas before
        where before.subject = s.subject and before.id < s.id and before.state in ('running', 'undoing'))`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Which of them are this holder's still, and whether they have been called off. */
export async function extendLeases(
  db: AnyDb,
  ask: { holder: number; ids: readonly number[]; until: string },
): Promise<Map<number, Pick<SagaRow, "cancel">>> {
  const { rows } = await sql<Pick<SagaRow, "id" | "cancel">>`
    update platform_sagas set lease_until = ${ask.until} where holder = ${ask.holder} and id = any(${ask.ids as number[]})
    returning id, cancel`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function releaseLease(db: AnyDb, { id, fence }: SagaRow): Promise<void> {
  await sql`update platform_sagas set holder = null, lease_until = null where id = ${id} and fence = ${fence}`.execute(
    db,
  );
}

/** Frees what processes held that live no more: whoever can take a process's lock has outlived it. */
export async function freeLeasesOfTheDead(db: AnyDb, { me, lock }: { me: number; lock: number }): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with holders as (select distinct holder from platform_sagas where state in ('running', 'undoing') and holder <> ${me} and lease_until is not null),
    dead as (select holder from holders where not exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.classid = ${lock}
      and l.objid::bigint = holders.holder and l.granted))
    update platform_sagas set holder = null, lease_until = null where state in ('running', 'undoing') and holder in (select holder from dead)
    returning id`.execute(db);
  return rows.length;
}

/** The saga's row, locked, if this holder still holds it. */
export async function lockSaga(db: AnyDb, { id, fence, holder }: SagaRow): Promise<SagaRow | undefined> {
  const { rows } = await sql<SagaRow>`
    select * from platform_sagas where id = ${id} and fence = ${fence} and holder = ${holder} and lease_until is not null for update`.execute(
    db,
  );
  return rows[0];
}

export async function changeSaga(
  db: AnyDb,
  id: number,
  to: Partial<Record<keyof SagaRow | "holder" | "leaseUntil", unknown>>,
): Promise<void> {
  await db.updateTable("platformSagas").set(to).where("id", "=", id).execute();
}

/** Wakes the sagas that wait for something that has just been told. */
export async function wakeSagas(db: AnyDb, ids: readonly number[], now: string): Promise<void> {
  await sql`update platform_sagas set wake_at = ${now} where id = any(${ids as number[]}) and waits_for is not null and wake_at > ${now}`.execute(
    db,
  );
}

export interface StepRecord {
  readonly sagaId: number;
  readonly step: string;
  readonly way: "do" | "undo";
  readonly attempt: number;
  readonly at: string;
}

export async function beginStep(db: AnyDb, { sagaId, step, way, attempt, at }: StepRecord): Promise<void> {
  await db.insertInto("platformSagaSteps").values({ sagaId, step, way, attempt, startedAt: at }).execute();
}

/** Begins an attempt, whose step has been under way since and may be until. */
export async function openStep(
  db: AnyDb,
  { sagaId, step, way, attempt, at }: StepRecord,
  { since, until }: { since: string; until: string },
): Promise<void> {
  await sql`
    with begun as (
      insert into platform_saga_steps (saga_id, step, way, attempt, started_at) values (${sagaId}, ${step}, ${way}, ${attempt}, ${at}))
    update platform_sagas set step_since = ${since}, step_until = ${until}, waits_for = null, updated_at = ${at}
    where id = ${sagaId}`.execute(db);
}

/** Ends the attempt that is open, or writes one that began and ended in this same transaction. */
export async function endStep(
  db: AnyDb,
  it: StepRecord,
  { outcome, reason }: { outcome: string; reason?: string },
): Promise<void> {
  const ended = await db
    .updateTable("platformSagaSteps")
    .set({ endedAt: it.at, outcome, reason: reason ?? null })
    .where("sagaId", "=", it.sagaId)
    .where("step", "=", it.step)
    .where("way", "=", it.way)
    .where("endedAt", "is", null)
    .executeTakeFirst();
  if (ended.numUpdatedRows > 0n) return;
  const { sagaId, step, way, attempt, at } = it;
  await db
    .insertInto("platformSagaSteps")
    .values({ sagaId, step, way, attempt, startedAt: at, endedAt: at, outcome, reason: reason ?? null })
    .execute();
}

/** What became of an attempt whose holder was gone. */
export const cutOff = "cut off";

/** Whether the saga's step has been taken up from somebody who was gone at its deadline. */
export async function wasCutOff(db: AnyDb, { id, step }: Pick<SagaRow, "id" | "step">): Promise<boolean> {
  const { rows } = await sql`
    select 1 from platform_saga_steps where saga_id = ${id} and step = ${step} and way = 'do' and outcome = ${cutOff} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/**
 * Ends a step well and brings its saga to the next one (null with `done`: to its end), in one question: this is what a durable
 * step costs beside its own work.
 */
export async function passStep(
  db: AnyDb,
  { sagaId, step, way, attempt, at }: StepRecord,
  { next, done }: { next: string | null; done: boolean },
): Promise<void> {
  await sql`
    with ended as (
      update platform_saga_steps set ended_at = ${at}, outcome = 'done', reason = null
      where saga_id = ${sagaId} and step = ${step} and way = ${way} and ended_at is null returning id),
    written as (
      insert into platform_saga_steps (saga_id, step, way, attempt, started_at, ended_at, outcome)
      select ${sagaId}::bigint, ${step}, ${way}, ${attempt}::integer, ${at}::timestamptz, ${at}::timestamptz, 'done'
      where not exists (select 1 from ended))
    update platform_sagas set step = ${next}, attempt = 0, host = null, step_since = null, step_until = null, waits_for = null, updated_at = ${at},
      state = case when ${done}::boolean then 'done' else state end,
      holder = case when ${done}::boolean then null else holder end,
      lease_until = case when ${done}::boolean then null else lease_until end
    where id = ${sagaId}`.execute(db);
}

/** Every process looks what there is to do. */
export async function callAll(db: AnyDb): Promise<void> {
  await sql`select pg_notify('crunch_saga', '')`.execute(db);
}

interface HistoryRow extends SagaRow {
  readonly steps: HistoryStep[] | null;
}

/** Every saga that ran on the subject, newest first, with its steps. */
export async function historyOf(db: AnyDb, subject: string): Promise<History[]> {
  const { rows } = await sql<HistoryRow>`
    select s.*, (select jsonb_agg(jsonb_build_object('step', t.step, 'way', t.way, 'attempt', t.attempt,
        'startedAt', to_char(t.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'endedAt', to_char(t.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'outcome', t.outcome, 'reason', t.reason) order by t.id)
      from platform_saga_steps t where t.saga_id = s.id) as steps
    from platform_sagas s where s.subject = ${subject} order by s.id desc`.execute(db);
  return rows.map(history);
}

function history({
  name,
  id,
  subject,
  requestId,
  actor,
  state,
  step,
  startedAt,
  updatedAt,
  error,
  given,
  steps,
}: HistoryRow): History {
  const who = { userId: actor?.userId ?? null, projectId: actor?.projectId ?? null };
  return {
    saga: name,
    sagaId: String(id),
    subject,
    requestId,
    ...who,
    state,
    step,
    startedAt,
    updatedAt,
    error,
    given,
    steps: steps ?? [],
  };
}

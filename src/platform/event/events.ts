import { sql } from "kysely";
import type { Log } from "../log/log.ts";
import { type AnyDb, type Database, isLost } from "../store/database.ts";
import { systemClock } from "../time/clock.ts";
import { type Bus, lifeLock } from "./bus.ts";

export interface Told {
  readonly id: number;
  readonly name: string;
  readonly body: object;
}
type Then = (body: object | null) => void | Promise<void>;

export interface Events {
  /** Every event that is committed anywhere, as this process hears of it. */
  onAny(hear: (event: Told) => void): void;
  hear(name: string, then: Then): () => void;
  readonly hearing: boolean;
  /** Resolves when every live process has done what it does on hearing of these events. */
  heardByAll(ids: readonly number[]): Promise<void>;
}

export function openEvents(database: Database, bus: Bus, log: Log, atOnce: ReadonlySet<string>): Events {
  const any: ((event: Told) => void)[] = [];
  const hearers = new Map<string, Set<Then>>();
  const acks = new Map<number, Set<number>>();
  const waiting = new Map<number, () => void>();
  const told = async (payload: string) => {
    const event = await readEvent(database, payload);
    if (!event) return;
    for (const hear of any) hear(event);
    await Promise.all([...(hearers.get(event.name) ?? [])].map((then) => safely(() => then(event.body), log)));
    if (atOnce.has(event.name))
      await database.pool.query("select pg_notify('crunch_heard', $1)", [`${bus.process}:${event.id}`]);
  };
  bus.on("crunch_event", (payload) => void safely(() => told(payload), log));
  bus.on("crunch_heard", (payload) => {
    const [by, id] = payload.split(":").map(Number) as [number, number];
    // It may be heard before this process, whose request told it, has come to wait for it.
    acks.set(id, (acks.get(id) ?? new Set()).add(by));
    if (acks.size > 1000) acks.delete(acks.keys().next().value!);
    waiting.get(id)?.();
  });
  bus.onReturn(() => {
    for (const all of hearers.values()) for (const then of all) void safely(() => then(null), log);
  });
  const awaitOne = async (id: number) => {
    for (let tries = 0; tries < 20; tries += 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const off = systemClock.after(250, resolve);
      waiting.set(id, resolve);
      const missing = (await liveProcesses(database)).filter((one) => !acks.get(id)?.has(one));
      if (missing.length === 0) return off();
      await promise.finally(off);
    }
    log.error({ event: id }, "a process that lives has not heard of an event within 5 s");
  };
  return {
    onAny: (hear) => void any.push(hear),
    hear(name, then) {
      const all = hearers.get(name) ?? new Set();
      hearers.set(name, all.add(then));
      return () => all.delete(then);
    },
    get hearing() {
      return bus.connected;
    },
    async heardByAll(ids) {
      for (const id of ids) if (!acks.has(id)) acks.set(id, new Set());
      for (const id of ids) {
        await awaitOne(id);
        acks.delete(id);
        waiting.delete(id);
      }
    },
  };
}

async function safely(work: () => unknown, log: Log): Promise<void> {
  try {
    await work();
  } catch (why) {
    if (!isLost(why)) log.error({ err: why }, "hearing of an event failed");
  }
}

/** A notification carries small events whole and names large ones by id. */
async function readEvent(database: Database, payload: string): Promise<Told | undefined> {
  const told = JSON.parse(payload) as Told;
  if (told.body) return told;
  const { rows } = await database.pool.query<{ body: object }>("select body from platform_events where id = $1", [
    told.id,
  ]);
  return rows[0] && { ...told, body: rows[0].body };
}

async function liveProcesses(database: Database): Promise<number[]> {
  const text =
    "select objid::bigint as id from pg_locks where locktype = 'advisory' and classid = $1 and granted and database = (select oid from pg_database where datname = current_database())";
  const { rows } = await database.pool.query<{ id: number }>(text, [lifeLock]);
  return rows.map((r) => r.id);
}

/** Writes an event into the outbox of an open transaction; returns its id. */
export async function tell(
  db: AnyDb,
  event: { name: string; body: object; requestId: string; at: string },
): Promise<number> {
  const { name, requestId, at } = event;
  const body = JSON.stringify(event.body);
  const whole = body.length < 6000 ? `,"body":${body}}` : "}";
  const { rows } = await sql<{ id: number }>`
    with told as (insert into platform_events (name, body, request_id, at) values (${name}, ${body}, ${requestId}, ${at}) returning id)
    select id, pg_notify('crunch_event', '{"id":' || id || ${`,"name":"${name}"${whole}`}) as heard from told`.execute(
    db,
  );
  return rows[0]!.id;
}

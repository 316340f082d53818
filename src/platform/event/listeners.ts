import { sql } from "kysely";
import type { Log } from "../log/log.ts";
import type { AnyService, Listener, Tx } from "../service/kit.ts";
import type { Loose } from "../service/loose.ts";
import type { Transact } from "../service/transact.ts";
import { type AnyDb, isLost } from "../store/database.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "./events.ts";

type AnyListener = Listener<Loose, Loose>;
interface Row {
  readonly id: number;
  readonly xid: string;
  readonly body: object;
  readonly requestId: string;
}
const tooOften = 8;

/** Brings every event to each listener once, in the order of their transactions, each in a transaction with the listener's place. */
export function runListeners(
  services: readonly AnyService[],
  transact: Transact,
  events: Events,
  log: Log,
  clock: Clock,
) {
  const all = services.flatMap((s) => (s.listeners ?? []) as readonly AnyListener[]);
  const failures = new Map<string, number>();
  let stopped = false;
  const catchUp = async (one: AnyListener) => {
    for (let more = true; more && !stopped; ) {
      try {
        more = await hearNext(one, transact, failures);
        failures.delete(one.name);
      } catch (why) {
        more = false;
        const times = (failures.get(one.name) ?? 0) + 1;
        failures.set(one.name, times);
        if (!isLost(why)) log.error({ err: why, listener: one.name, times }, "a listener failed");
        clock.after(1000 * times, () => void pump(one.on));
      }
    }
  };
  const turns = new Map<string, Promise<void>>();
  const pump = async (event: string) => {
    for (const one of all.filter((l) => l.on === event)) {
      const turn = (turns.get(one.name) ?? Promise.resolve()).then(() => catchUp(one));
      turns.set(one.name, turn);
      await turn;
    }
  };
  const pumpAll = async () => {
    for (const event of new Set(all.map((l) => l.on))) await pump(event);
  };
  events.onAny(({ name }) => void pump(name));
  return {
    pumpAll,
    stop() {
      stopped = true;
    },
  };
}

async function hearNext(one: AnyListener, transact: Transact, failures: ReadonlyMap<string, number>): Promise<boolean> {
  return transact({ requestId: `listener-${one.name}`, actor: null }, async (tx) => {
    const event = await nextEvent(tx.db as AnyDb, one);
    if (!event) return false;
    if ((failures.get(one.name) ?? 0) < tooOften) await one.run(tx as unknown as Tx<never>, event.body);
    await (tx.db as AnyDb)
      .updateTable("platformListeners")
      .set({ xid: event.xid, eventId: event.id })
      .where("name", "=", one.name)
      .execute();
    return true;
  });
}

/** The listener's place is locked; events of transactions that may still be open are not looked at yet, so that none is passed over. */
async function nextEvent(db: AnyDb, { name, on }: AnyListener): Promise<Row | undefined> {
  await sql`insert into platform_listeners (name, xid, event_id) values (${name}, pg_snapshot_xmin(pg_current_snapshot()), 0) on conflict do nothing`.execute(
    db,
  );
  const { rows } = await sql<Row>`
    select e.id, e.xid::text as xid, e.body, e.request_id
    from (select * from platform_listeners where name = ${name} for update skip locked) l
    join platform_events e on e.name = ${on} and (e.xid, e.id) > (l.xid, l.event_id)
    where e.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by e.xid, e.id limit 1`.execute(db);
  return rows[0];
}

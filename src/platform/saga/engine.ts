import type { Bus } from "../event/bus.ts";
import { lifeLock } from "../event/bus.ts";
import type { Events, Told } from "../event/events.ts";
import { type Log, onBehalfOf } from "../log/log.ts";
import type { AnySaga } from "../service/kit.ts";
import type { Transact } from "../service/transact.ts";
import { type Database, isLost } from "../store/database.ts";
import { type Clock, iso, systemClock } from "../time/clock.ts";
import { type Held, isMeant } from "./held.ts";
import {
  extendLeases,
  freeLeasesOfTheDead,
  leaseSagas,
  nextWake,
  releaseLease,
  type SagaRow,
  wakeSagas,
} from "./rows.ts";
import { takeStep } from "./step.ts";

export interface EngineParts {
  readonly database: Database;
  readonly transact: Transact;
  readonly bus: Bus;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
  readonly sagas: ReadonlyMap<string, AnySaga>;
  /** The hosts that this process alone has in its hands. */
  readonly hosts: readonly string[];
  driverOf(service: string): object;
  /** Tests look in at every border of a step; a promise that never settles is a crash there. */
  readonly probe?: (where: string, saga: SagaRow) => void | Promise<void>;
}
export interface Engine {
  start(): void;
  /** Leases and runs what is due. Resolves when it has looked, not when what it started has ended. */
  pump(): Promise<void>;
  /** Lets go: steps under way may end, the rest is handed over. */
  stop(): Promise<void>;
  readonly running: ReadonlyMap<number, Held>;
  /** Whether it is waking sagas whose event has been told. */
  waking(): boolean;
}

const lease = 30_000;
const most = 24;
const handOver = 5_000;

/** Runs sagas: each row is held by one process at a time, under a lease with a fence. */
export function openEngine(parts: EngineParts): Engine {
  const { database, bus, events, clock, log, hosts } = parts;
  const running = new Map<number, Held>();
  const waits = new Map<number, { event: string; about: string | null }>();
  let stopped = false;
  let offTimer = () => {};
  let pumping: Promise<void> | undefined;
  let again = false;
  let waking = 0;

  async function pump(): Promise<void> {
    again = true;
    pumping ??= turn().finally(() => (pumping = undefined));
    return pumping;
  }

  async function turn() {
    while (again && !stopped) {
      again = false;
      try {
        await look();
      } catch (why) {
        if (!isLost(why)) log.error({ err: why }, "looking for sagas failed");
        setTimer(1000);
      }
    }
  }

  async function look() {
    const free = most - running.size;
    if (free <= 0) return;
    const now = clock.now();
    const rows = await leaseSagas(database.db, {
      holder: bus.process,
      hosts,
      now: iso(now),
      until: iso(now + lease),
      most: free,
      but: [...running.keys()],
    });
    for (const row of rows) void onBehalfOf(row.requestId, () => drive(row));
    if (rows.length === free) return; // its hands are full: whatever ends first looks again
    const next = await nextWake(database.db, hosts);
    setTimer(next ? Math.min(Math.max(Date.parse(next) - clock.now(), 5), 30_000) : 30_000);
  }

  function setTimer(ms: number) {
    offTimer();
    if (!stopped) offTimer = clock.after(ms, () => void pump());
  }

  async function drive(first: SagaRow) {
    const held: Held = {
      row: first,
      leaseUntil: clock.now() + lease,
      abort: new AbortController(),
      callOff: new AbortController(),
      calling: null,
      heard: [],
      left: false,
    };
    running.set(first.id, held);
    waits.delete(first.id);
    try {
      let row: SagaRow | undefined = first;
      while (row && !stopped) {
        held.row = row;
        row = await takeStep(parts, held);
      }
      if (row || held.left) await releaseLease(database.db, held.row);
    } catch (why) {
      await giveBack(held, why);
    } finally {
      running.delete(first.id);
      void pump();
    }
  }

  /** The step could not be kept in the database: somebody, perhaps this process, takes it up again. */
  async function giveBack({ row }: Held, why: unknown) {
    if (!isLost(why))
      log.error({ err: why, saga: row.name, subject: row.subject, step: row.step }, "a saga's step could not be kept");
    await releaseLease(database.db, row).catch(() => {});
    await new Promise<void>((then) => systemClock.after(200, then));
  }

  function heard(event: Told) {
    const it = { name: event.name, of: new Set(Object.values(event.body).map(String)) };
    const woken: number[] = [];
    for (const [id, { event: on, about }] of waits) if (isMeant(it, on, about)) woken.push(id);
    for (const held of running.values()) held.heard.push(it);
    if (woken.length > 0) void wake(woken);
  }

  async function wake(ids: readonly number[]) {
    waking += 1;
    try {
      await wakeSagas(database.db, ids, iso(clock.now()));
      await pump();
    } catch (why) {
      if (!isLost(why)) log.error({ err: why }, "waking sagas failed");
    } finally {
      waking -= 1;
    }
  }

  async function renew() {
    const ids = [...running.keys()];
    if (ids.length === 0) return;
    const until = clock.now() + lease;
    const kept = await extendLeases(database.db, { holder: bus.process, ids, until: iso(until) });
    for (const [id, held] of running) {
      if (kept.has(id)) held.leaseUntil = until;
      else if (ids.includes(id)) held.abort.abort(new Error("the lease was lost"));
      if (kept.get(id)?.cancel) held.callOff.abort(new Error("it was called off"));
    }
  }

  /** "12": it is called off. "12 5": whoever holds it below the fence 5 has lost it. */
  function stopCalling(told: string) {
    const [id, fence] = told.split(" ").map(Number) as [number, number?];
    const held = running.get(id);
    if (held && fence === undefined) held.callOff.abort(new Error("it was called off"));
    else if (held && fence! > held.row.fence) held.abort.abort(new Error("the lease was lost"));
  }

  const parked = (row: SagaRow, event: string | null, about: string | null) => {
    if (event) waits.set(row.id, { event, about });
  };
  Object.assign(parts, { parked });
  let offRenew = () => {};
  return {
    running,
    waking: () => waking > 0,
    pump,
    start() {
      events.onAny(heard);
      bus.on("crunch_saga", () => void pump());
      bus.on("crunch_cancel", (told) => {
        stopCalling(told);
        void pump();
      });
      bus.onReturn(() => void pump());
      const tick = () => {
        if (stopped) return;
        void renew().catch(() => {});
        void freeLeasesOfTheDead(database.db, { me: bus.process, lock: lifeLock }).then(
          (freed) => (freed > 0 ? pump() : undefined),
          () => {},
        );
        offRenew = systemClock.after(lease / 10, tick);
      };
      tick();
      void pump();
    },
    async stop() {
      stopped = true;
      offTimer();
      offRenew();
      const calm = systemClock.after(handOver, () => {
        for (const held of running.values()) held.abort.abort(new Error("the program stops"));
      });
      const deadline = Date.now() + handOver + 1000;
      while (running.size > 0 && Date.now() < deadline) await new Promise<void>((then) => systemClock.after(20, then));
      calm();
      for (const { row } of running.values()) await releaseLease(database.db, row).catch(() => {});
    },
  };
}

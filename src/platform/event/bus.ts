import type pg from "pg";
import type { Log } from "../log/log.ts";
import type { Database } from "../store/database.ts";
import { systemClock } from "../time/clock.ts";

/** The first half of the advisory locks by which a process shows that it lives: "CRUN". */
export const lifeLock = 0x4352554e;

type Hear = (payload: string) => void;

/** This process's ear on the database: one connection that listens, and whose lock shows the others that this process lives. */
export interface Bus {
  /** The number under which this process holds leases. */
  readonly process: number;
  readonly connected: boolean;
  on(channel: string, hear: Hear): () => void;
  /** Resolves when everything that was committed before has been heard here. */
  flush(): Promise<void>;
  /** Called after the ear was lost and is back: something may have been missed. */
  onReturn(then: () => void): void;
  stop(): Promise<void>;
}

interface State {
  client: pg.Client | undefined;
  connected: boolean;
  stopping: boolean;
}

export async function openBus(database: Database, log: Log, whoAmI: { host: string; pid: number }): Promise<Bus> {
  const hearers = new Map<string, Set<Hear>>();
  const returns: (() => void)[] = [];
  const state: State = { client: undefined, connected: false, stopping: false };
  const process = await register(database, whoAmI);
  const hear = ({ channel, payload }: pg.Notification) => {
    for (const one of hearers.get(channel) ?? []) one(payload ?? "");
  };
  const connect = async () => {
    const client = await database.connect();
    client.on("notification", hear);
    client.once("end", () => lostEar());
    await client.query("select pg_advisory_lock($1, $2)", [lifeLock, process]);
    await client.query(
      "listen crunch_saga; listen crunch_event; listen crunch_cancel; listen crunch_heard; listen crunch_flush",
    );
    state.client = client;
    state.connected = true;
  };
  const lostEar = () => {
    const was = state.connected;
    state.connected = false;
    if (state.stopping) return;
    if (was) log.warn("the connection that hears of events is lost; connecting again");
    systemClock.after(250, () => void reconnect());
  };
  const reconnect = async () => {
    if (state.stopping) return;
    await connect().then(
      () => {
        log.info("events are heard again");
        for (const then of returns) then();
      },
      () => lostEar(),
    );
  };
  await connect();
  const on = (channel: string, one: Hear) => {
    const all = hearers.get(channel) ?? new Set();
    hearers.set(channel, all.add(one));
    return () => void all.delete(one);
  };
  let flushes = 0;
  return {
    process,
    get connected() {
      return state.connected;
    },
    on,
    async flush() {
      const token = `${process}.${++flushes}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      const off = on("crunch_flush", (payload) => payload === token && resolve());
      await database.pool.query("select pg_notify('crunch_flush', $1)", [token]);
      await promise;
      off();
    },
    onReturn: (then) => void returns.push(then),
    async stop() {
      state.stopping = true;
      await state.client?.end().catch(() => {});
    },
  };
}

async function register(database: Database, { host, pid }: { host: string; pid: number }): Promise<number> {
  const text =
    "insert into platform_processes (host, pid, started_at, seen_at) values ($1, $2, now(), now()) returning id";
  const { rows } = await database.pool.query<{ id: number }>(text, [host, pid]);
  return rows[0]!.id;
}

import { hostname } from "node:os";
import type { FastifyInstance } from "fastify";
import { makePipeline, type Verify } from "./api/pipeline.ts";
import type { Policy } from "./api/policy.ts";
import type { Settings } from "./config/config.ts";
import { type Decisions, openDecisions } from "./decision/decisions.ts";
import { openBus } from "./event/bus.ts";
import { openEvents } from "./event/events.ts";
import { runListeners } from "./event/listeners.ts";
import { openDoor, type Patience } from "./http/server.ts";
import { newRequestId } from "./id/ids.ts";
import type { Log } from "./log/log.ts";
import { type Loops, openLoops } from "./loop/loops.ts";
import { type Metrics, makeMetrics } from "./metrics/metrics.ts";
import { type Operations, openOperations } from "./operation/operations.ts";
import { type Engine, openEngine } from "./saga/engine.ts";
import { countDue, type SagaRow } from "./saga/rows.ts";
import type { AnySaga, AnyService, World } from "./service/kit.ts";
import type { Trace } from "./service/trace.ts";
import { type AnyTx, type Ground, type Transact, transactor } from "./service/transact.ts";
import type { Database } from "./store/database.ts";
import { type Clock, iso } from "./time/clock.ts";
import { atMost } from "./time/ending.ts";

export interface SpineParts {
  readonly services: readonly AnyService[];
  /** By service type. */
  readonly drivers: Readonly<Record<string, object>>;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: Policy;
  /** The hosts that this program alone has in its hands; absent: every program has all. */
  readonly hosts?: readonly string[];
  readonly verify: Verify;
  readonly probe?: (where: string, saga: SagaRow) => void | Promise<void>;
  /** The configuration, by its keys; everything by default when absent. */
  readonly settings?: Settings;
  /** How long clients may take; what is usual when absent. */
  readonly patience?: Patience;
}
/** One process of the cloud: the door, the sagas, the loops and the ears, over a database that others may share. */
export interface Spine {
  readonly door: FastifyInstance;
  readonly engine: Engine;
  readonly operations: Operations;
  readonly loops: Loops;
  readonly policy: Policy;
  readonly decisions: Decisions;
  readonly metrics: Metrics;
  readonly transact: Transact;
  worldOf(service: AnyService): World<never>;
  /** One transaction in the program's own name. */
  write<T>(work: (tx: AnyTx) => Promise<T>): Promise<T>;
  leftovers(): Promise<readonly Trace[]>;
  /** Everything that was committed has been heard, and whatever listens has done its work. */
  catchUp(): Promise<void>;
  readonly openTransactions: () => number;
  /** How many sagas could go on at this moment and are in nobody's hands. */
  dueSagas(now: number): Promise<number>;
  begin(): Promise<void>;
  stop(): Promise<void>;
}

/** What requests and loops have to come to their end when the program stops. */
const patience = 30_000;

export async function openSpine(parts: SpineParts): Promise<Spine> {
  const { services, database, clock, log, hosts = [] } = parts;
  const needs = Object.assign({}, ...services.map((s) => s.offer ?? {})) as object;
  const ownerOf = new Map<AnySaga, string>(services.flatMap((s) => s.sagas.map((saga) => [saga, s.type] as const)));
  const sagas = new Map<string, AnySaga>([...ownerOf.keys()].map((s) => [s.name, s]));
  const { settings = {} } = parts;
  const ground: Ground = { database, clock, needs, ownerOf, settings };
  const count = { open: 0 };
  const transact = transactor(ground, count);
  const bus = await openBus(database, log, { host: hostname(), pid: process.pid });
  const events = openEvents(database, bus, log, new Set(services.flatMap((s) => s.atOnce ?? [])));
  const driverOf = (type: string) => parts.drivers[type] ?? {};
  const write: Spine["write"] = (work) => transact({ requestId: newRequestId(), actor: null }, work);
  const worldOf = (service: AnyService): World<never> =>
    ({
      driver: driverOf(service.type),
      db: database.db,
      get now() {
        return iso(clock.now());
      },
      log: log.child({ service: service.type }),
      write: write as never,
      hear: events.hear,
      hosts,
      get hearing() {
        return events.hearing;
      },
    }) as unknown as World<never>;
  const engine = openEngine({
    database,
    transact,
    bus,
    events,
    clock,
    log,
    sagas,
    hosts,
    driverOf,
    probe: parts.probe,
  });
  const { running } = engine;
  const operations = openOperations({ db: database.db, transact, clock, process: bus.process, running, log, sagas });
  const loops = openLoops({ services, db: database.db, worldOf, clock, log, hosts });
  const listeners = runListeners(services, transact, events, log, clock);
  const metrics = makeMetrics();
  const { policy, verify } = parts;
  const decisions = openDecisions(database.db, clock, log);
  const pipeline = makePipeline({ ground, transact, events, policy, decisions, log, verify, driverOf, worldOf });
  const ready = async () => void (await database.pool.query("select 1"));
  const door = openDoor({ services, pipeline, log, metrics, ready, patience: parts.patience, settings });
  gauges(metrics, database, engine);
  const ends: (() => void)[] = [];
  return {
    door,
    engine,
    operations,
    loops,
    policy,
    decisions,
    metrics,
    transact,
    worldOf,
    write,
    openTransactions: () => count.open,
    dueSagas: (now) => countDue(database.db, hosts, iso(now)),
    async leftovers() {
      const all = await Promise.all(services.map((s) => s.leftovers?.(worldOf(s) as never) ?? []));
      return all.flat();
    },
    async catchUp() {
      await bus.flush();
      await listeners.pumpAll();
    },
    async begin() {
      for (const service of services) {
        const end = service.begin?.(worldOf(service) as never);
        if (typeof end === "function") ends.push(end);
      }
      await listeners.pumpAll();
      engine.start();
      loops.start();
    },
    async stop() {
      await atMost(patience, door.close()).catch((err) => log.warn({ err }, "requests are left behind"));
      door.server.closeAllConnections();
      await atMost(patience, loops.stop()).catch((err) => log.warn({ err }, "a loop is left behind"));
      listeners.stop();
      await engine.stop();
      await decisions.stop();
      for (const end of ends) end();
      await bus.stop();
    },
  };
}

function gauges(metrics: Metrics, { pool, db }: Database, engine: Engine) {
  metrics.gauge("crunch_sagas_held", "Sagas in this process's hands.", () => engine.running.size);
  metrics.gauge("crunch_database_connections", "Open connections to the database.", () => pool.totalCount);
  metrics.gauge("crunch_sagas", "Sagas by name and state, those that are open.", async () => {
    const rows = await db
      .selectFrom("platformSagas")
      .select(["name", "state", (eb) => eb.fn.countAll().as("n")])
      .where("state", "in", ["running", "undoing"])
      .groupBy(["name", "state"])
      .execute();
    return new Map(rows.map((r) => [`saga="${r.name}",state="${r.state}"`, Number(r.n)]));
  });
}

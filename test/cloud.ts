import { after } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { makePolicy } from "#platform/api/policy.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Settings } from "#platform/config/config.ts";
import type { Patience } from "#platform/http/server.ts";
import { type Log, newLog } from "#platform/log/log.ts";
import type { SagaRow } from "#platform/saga/rows.ts";
import type { AnyService, World } from "#platform/service/kit.ts";
import type { Loose } from "#platform/service/loose.ts";
import type { Trace } from "#platform/service/trace.ts";
import { openSpine, type Spine, type SpineParts } from "#platform/spine.ts";
import type { Database } from "#platform/store/database.ts";
import { useSecret } from "#platform/store/seal.ts";
import { duration, heldClock } from "#platform/time/clock.ts";
import { stopTestServer, testDatabase } from "./database.ts";
import { mortalDatabase, mortalDrivers } from "./mortal.ts";

export interface TestOptions {
  readonly services?: readonly AnyService[];
  readonly drivers?: Readonly<Record<string, object>>;
  readonly hosts?: number;
  readonly probe?: (where: string, saga: SagaRow) => void | Promise<void>;
  readonly log?: Log;
  /** How long the door waits for its clients. */
  readonly patience?: Patience;
  /** The configuration, where it matters. */
  readonly settings?: Settings;
  /** Checks that override the policy's defaults. */
  readonly policy?: Readonly<Record<string, string>>;
  /** Who may call besides, by the word for `as`. */
  readonly people?: Readonly<Record<string, Actor>>;
}
export interface Call {
  /** "admin", "demo", "reader", "stranger", or a token; null: none. "admin" when absent. */
  readonly as?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The microversion, asked for in the service's own header. */
  readonly version?: string;
}
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Loose;
  readonly text: string;
}
/** One more process over the same database, drivers and clock. */
export interface TestProcess {
  readonly spine: Spine;
  readonly alive: boolean;
  call(method: string, path: string, call?: Call): Promise<Answered>;
  /** As by SIGKILL: its connections break, and of calls that are under way it hears no more. */
  kill(): void;
  stop(): Promise<void>;
}
export interface TestCloud {
  readonly actors: Readonly<Record<"admin" | "demo" | "reader" | "stranger", Actor>>;
  readonly drivers: Readonly<Record<string, Loose>>;
  readonly services: readonly AnyService[];
  readonly spine: Spine;
  readonly database: Database;
  readonly url: string;
  call(method: string, path: string, call?: Call): Promise<Answered>;
  /** Runs sagas and listeners until nothing can go on at this moment of the cloud's clock. */
  settle(): Promise<void>;
  /** Moves the clock ("10m"), then settles. */
  later(time: string): Promise<void>;
  runLoop(name: string): Promise<{ readonly changed: number }>;
  world(type: string): World<Loose>;
  leftovers(): Promise<readonly Trace[]>;
  /** As after a kill: a new process takes over the same database and drivers. What hung in the old one stays hung. */
  restart(options?: Pick<TestOptions, "probe">): Promise<void>;
  /** With hosts and drivers of its own, if they are named. */
  another(own?: Pick<SpineParts, "hosts"> & Partial<Pick<SpineParts, "drivers">>): Promise<TestProcess>;
  /** As `settle`, for these processes; the cloud's own may have been stopped. */
  settleAll(processes: readonly Pick<TestProcess, "spine">[]): Promise<void>;
  /** Moves the clock, and waits for nothing. */
  advance(time: string): void;
  stop(): Promise<void>;
}

const platform = { owner: "platform", folder: new URL("../src/platform/store/migrations/", import.meta.url) };
const hex = (digit: string) => digit.repeat(32);

const actors = {
  admin: actor("admin", hex("a"), ["admin"], hex("1")),
  demo: actor("demo", hex("d"), ["member"], hex("2")),
  reader: actor("reader", hex("d"), ["reader"], hex("3")),
  stranger: actor("stranger", hex("b"), ["member"], hex("4")),
};

function actor(name: string, projectId: string, roles: string[], userId: string): Actor {
  return {
    userId,
    userName: name,
    userDomainId: "default",
    projectId,
    projectName: name,
    projectDomainId: "default",
    roles,
  };
}

after(stopTestServer);

/** A small whole cloud in this process: the real door, database and sagas; only the metal is simulated, and the clock is the test's. */
export async function testCloud(options: TestOptions = {}): Promise<TestCloud> {
  useSecret("a secret of the tests");
  const { services, drivers } = options.services
    ? { services: options.services, drivers: options.drivers ?? {} }
    : await wholeCloud(options);
  const { database, url, drop } = await testDatabase([
    platform,
    ...services.map((s) => ({ owner: s.type, folder: s.migrations })),
  ]);
  const clock = heldClock(Date.parse("2026-11-20T12:00:00Z"));
  const identity = services.find((s) => s.type === "identity")?.offer?.identity as
    | { verify(t: string): Promise<Actor | undefined> }
    | undefined;
  const people: Readonly<Record<string, Actor>> = { ...actors, ...options.people };
  const verify = async (token: string) => people[token.slice(5)] ?? identity?.verify(token);
  const log = options.log ?? newLog({ level: process.env.CRUNCH_TEST_LOG ?? "error" });
  const rules = services.flatMap((s) => s.routes.map((r) => r.rule));
  const policy = makePolicy(rules, options.policy ?? {});
  const { patience, settings } = options;
  const open = async (probe = options.probe, own: Partial<SpineParts> = {}) => {
    const it = await openSpine({
      services,
      drivers,
      database,
      clock,
      log,
      policy,
      verify,
      probe,
      patience,
      settings,
      ...own,
    });
    await it.door.ready();
    await it.begin();
    return it;
  };
  let spine = await open();
  const settle = () => settled([spine], clock.now);
  await settle();
  return {
    actors,
    drivers: camelKeys(drivers),
    services,
    get spine() {
      return spine;
    },
    database,
    url,
    call: (method, path, call) => ask(spine, services, people, method, path, call ?? {}),
    settle,
    settleAll: (processes) =>
      settled(
        processes.map((it) => it.spine),
        clock.now,
      ),
    advance: (time) => clock.advance(duration(time)),
    async another({ hosts, drivers: others = drivers } = {}) {
      const own = mortalDatabase(url, 8);
      const hands = mortalDrivers(others);
      const it = await open(options.probe, { database: own.database, drivers: hands.drivers, hosts });
      let alive = true;
      return {
        spine: it,
        get alive() {
          return alive;
        },
        call: (method, path, call) => ask(it, services, people, method, path, call ?? {}),
        kill() {
          alive = false;
          hands.die();
          own.die();
          void it.stop();
        },
        async stop() {
          alive = false;
          await it.stop();
          await own.database.close();
        },
      };
    },
    async later(time) {
      clock.advance(duration(time));
      await settle();
    },
    runLoop: (name) => spine.loops.run(name),
    world: (type) => spine.worldOf(services.find((s) => s.type === type)!),
    leftovers: () => spine.leftovers(),
    async restart(more = {}) {
      await spine.stop();
      await database.pool.query(
        "update platform_sagas set holder = null, lease_until = null where state in ('running', 'undoing')",
      );
      spine = await open(more.probe);
      await settle();
    },
    async stop() {
      await spine.stop();
      await drop();
    },
  };
}

async function wholeCloud({ hosts = 2, drivers }: TestOptions) {
  const { services, simulatedDrivers } = await import("#cloud");
  return { services, drivers: { ...simulatedDrivers({ hosts, cheap: true }), ...drivers } };
}

/** block-storage → blockStorage as well, so that tests can write cloud.drivers.blockStorage. */
function camelKeys(drivers: Readonly<Record<string, object>>) {
  return Object.fromEntries(
    Object.entries(drivers).flatMap(([k, v]) => [
      [k, v],
      [k.replace(/-(\w)/g, (_, c: string) => c.toUpperCase()), v],
    ]),
  );
}

async function ask(
  spine: Spine,
  services: readonly AnyService[],
  people: Readonly<Record<string, Actor>>,
  method: string,
  path: string,
  call: Call,
): Promise<Answered> {
  const { as = "admin", body, version } = call;
  const token = as === null ? undefined : as in people ? `test:${as}` : as;
  const name =
    version && services.find((s) => s.mounts.some((m) => m !== "" && path.startsWith(m)))?.versionHeader?.name;
  const raw = typeof body === "string" || Buffer.isBuffer(body);
  const response: LightMyRequestResponse = await spine.door.inject({
    method: method as "GET",
    url: path,
    headers: {
      ...(token && { "x-auth-token": token }),
      ...(body !== undefined && !raw && { "content-type": "application/json" }),
      ...(name && { "openstack-api-version": `${name} ${version}` }),
      ...call.headers,
    },
    payload: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
  const text = response.body;
  const isJson = String(response.headers["content-type"] ?? "").includes("json") && text !== "";
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    body: isJson ? JSON.parse(text) : text,
    text,
  };
}

/** Nothing runs, nothing that is due is left, nothing was told that was not heard. */
async function settled(spines: readonly Spine[], now: () => number): Promise<void> {
  const watch = newWatch();
  for (let calm = 0, rounds = 0; calm < 2; rounds += 1) {
    if (rounds > 20_000) throw new Error("the cloud does not come to rest");
    await turns(3);
    for (const spine of spines) await spine.catchUp();
    for (const spine of spines) await spine.engine.pump();
    watch.turn();
    const busy = spines.some((spine) => isBusy(spine, watch));
    calm = busy || ((await spines[0]?.dueSagas(now())) ?? 0) > 0 ? 0 : calm + 1;
  }
}

function isBusy({ engine, openTransactions }: Spine, { isHung }: Watch): boolean {
  const steps = [...engine.running.values()];
  return engine.waking() || openTransactions() > 0 || steps.some((held) => !isHung(held));
}

type Watch = ReturnType<typeof newWatch>;

/** A call outside hangs when it has not ended after a while of turns: a machine that stood still meanwhile lets no call look hung. */
function newWatch({ turnMs = 15, enoughMs = 150 } = {}) {
  const seen = new WeakMap<object, { since: number | null; waited: number }>();
  let [last, turn] = [performance.now(), 0];
  return {
    turn() {
      const at = performance.now();
      [turn, last] = [Math.min(at - last, turnMs), at];
    },
    isHung(held: { readonly calling: number | null }): boolean {
      const before = seen.get(held);
      const waited = before && before.since === held.calling ? before.waited + turn : 0;
      seen.set(held, { since: held.calling, waited });
      return held.calling !== null && waited >= enoughMs;
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((then) => setImmediate(then));
}

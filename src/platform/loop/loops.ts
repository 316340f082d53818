import type { Log } from "../log/log.ts";
import type { AnyService, Loop, World } from "../service/kit.ts";
import type { Loose } from "../service/loose.ts";
import { type AnyDb, isLost } from "../store/database.ts";
import { type Clock, iso } from "../time/clock.ts";

type AnyLoop = Loop<Loose>;
export interface Loops {
  start(): void;
  /** Runs one now, whosever turn it is. */
  run(name: string): Promise<{ readonly changed: number }>;
  readonly names: readonly string[];
  stop(): Promise<void>;
}

interface LoopsParts {
  readonly services: readonly AnyService[];
  readonly db: AnyDb;
  worldOf(service: AnyService): World<never>;
  readonly clock: Clock;
  readonly log: Log;
  /** The hosts that this process alone has in its hands. */
  readonly hosts: readonly string[];
}

/** Runs every loop once in its period, in whichever process takes the turn first. */
export function openLoops({ services, db, worldOf, clock, log, hosts }: LoopsParts): Loops {
  const all = new Map(services.flatMap((s) => s.loops.map((l) => [l.name, { loop: l as AnyLoop, service: s }])));
  const offs = new Map<string, () => void>();
  const busy = new Set<Promise<unknown>>();
  let stopped = false;
  const runOne = async ({ loop, service }: { loop: AnyLoop; service: AnyService }) => {
    const done = await loop.run(worldOf(service) as never);
    if (done.changed > 0) log.info({ loop: loop.name, changed: done.changed }, "a loop put something right");
    return done;
  };
  const turn = async (name: string) => {
    const one = all.get(name)!;
    if (stopped) return;
    try {
      const whose = turnOf(one.loop, hosts);
      if (await takeTurn(db, whose, one.loop.every, clock)) await noteTurn(db, whose, clock, await runOne(one));
    } catch (why) {
      if (!isLost(why)) log.error({ err: why, loop: name }, "a loop failed");
    }
    schedule(name);
  };
  const schedule = (name: string) => {
    if (stopped) return;
    const { every } = all.get(name)!.loop;
    offs.set(
      name,
      clock.after(every * 1000, () => {
        const run = turn(name);
        busy.add(run);
        void run.finally(() => busy.delete(run));
      }),
    );
  };
  return {
    names: [...all.keys()],
    start() {
      for (const name of all.keys()) schedule(name);
    },
    run(name) {
      const one = all.get(name);
      if (!one) throw new Error(`there is no loop ${name}`);
      return runOne(one);
    },
    async stop() {
      stopped = true;
      for (const off of offs.values()) off();
      await Promise.allSettled(busy);
    },
  };
}

/** Under which name processes take turns: those with hosts of their own do not wait for each other. */
function turnOf({ name, onHosts }: AnyLoop, hosts: readonly string[]): string {
  return onHosts && hosts.length > 0 ? `${name}@${hosts.join()}` : name;
}

/** Half a period of grace, so that processes whose clocks differ a little do not skip a turn. */
async function takeTurn(db: AnyDb, name: string, every: number, clock: Clock): Promise<boolean> {
  const now = iso(clock.now());
  const next = iso(clock.now() + every * 500);
  const taken = await db
    .insertInto("platformLoops")
    .values({ name, nextAt: next })
    .onConflict((c) => c.column("name").doUpdateSet({ nextAt: next }).where("platformLoops.nextAt", "<=", now))
    .executeTakeFirst();
  return (taken.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function noteTurn(db: AnyDb, name: string, clock: Clock, { changed }: { changed: number }) {
  await db
    .updateTable("platformLoops")
    .set({ ranAt: iso(clock.now()), changed, error: null })
    .where("name", "=", name)
    .execute();
}

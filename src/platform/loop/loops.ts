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

/** Runs every loop once in its period, in whichever process takes the turn first. */
export function openLoops(
  services: readonly AnyService[],
  db: AnyDb,
  worldOf: (s: AnyService) => World<never>,
  clock: Clock,
  log: Log,
): Loops {
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
      if (await takeTurn(db, one.loop, clock)) await noteTurn(db, name, clock, await runOne(one));
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

/** Half a period of grace, so that processes whose clocks differ a little do not skip a turn. */
async function takeTurn(db: AnyDb, { name, every }: AnyLoop, clock: Clock): Promise<boolean> {
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

import { join } from "node:path";
import { kit, service } from "#platform/service/kit.ts";
import type { Bench } from "../bench.ts";
import { discard, until } from "../cloud.ts";
import { type Inside, openInside } from "../inside.ts";

type Toy = {
  tables: { benchCounters: { id: string; count: number } };
  needs: object;
  driver: object;
  events: Record<never, never>;
};
const { saga, write } = kit<Toy>();
const stepNames = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

const count = saga("bench.counter.count", {
  steps: stepNames.map((name) =>
    write(name, {
      within: 60,
      run: async (tx) => {
        const it = tx.db.updateTable("benchCounters").set((eb) => ({ count: eb("count", "+", 1) }));
        await it.where("id", "=", tx.subject).execute();
      },
    }),
  ),
  failed: async () => {},
});
const toy = service<Toy>({
  type: "bench",
  mounts: ["/bench"],
  root: "/v1",
  versions: { "1.0": "Counters." },
  routes: [],
  sagas: [count],
  loops: [],
  migrations: new URL("../migrations/", import.meta.url),
  tells: [],
  error: ({ message }) => ({ message }),
});

/** Durable steps a second: each changes a row, is written down in the history and committed to the disk before the next. */
export async function sagas(bench: Bench): Promise<void> {
  const dir = join(bench.dir, "sagas");
  await discard(dir);
  const inside = await openInside({ dir, services: [toy], drivers: { bench: {} } });
  try {
    for (const subjects of [1, 100, 500]) await run(bench, inside, subjects);
  } finally {
    await inside.stop();
    await discard(dir);
  }
}

async function run(bench: Bench, { spine, database }: Inside, subjects: number): Promise<void> {
  const ids = Array.from({ length: subjects }, () => crypto.randomUUID());
  await database.pool.query("insert into bench_counters select unnest($1::text[]), 0", [ids]);
  const plain = await transactions(database.pool, ids.slice(0, 24));
  const began = performance.now();
  const cpu = process.cpuUsage();
  await spine.write(async (tx) => {
    for (const id of ids) await tx.start(count as never, id);
  });
  await until("the sagas are done", async () => (await left(database.pool)) === 0, 120_000, 10);
  const seconds = (performance.now() - began) / 1000;
  const steps = subjects * stepNames.length;
  const { user, system } = process.cpuUsage(cpu);
  bench.row({
    what: "saga steps",
    at: `${subjects} saga${subjects > 1 ? "s" : ""} at once`,
    value: steps / seconds,
    unit: "/s",
    more: true,
    beside: { what: "bare transactions of two statements", value: plain },
    ...(subjects > 1 && { aim: { against: "value", of: 1000 } as const }),
    detail: { "program µs a step": Math.round((user + system) / steps) },
  });
}

async function left(pool: Inside["database"]["pool"]): Promise<number> {
  const text = "select count(*) as n from platform_sagas where state = 'running'";
  return Number((await pool.query<{ n: number }>(text)).rows[0]?.n);
}

/** What the same PostgreSQL does of the least that a durable step is: one row changed, one written, committed. */
async function transactions(pool: Inside["database"]["pool"], ids: readonly string[]): Promise<number> {
  const [end, began] = [performance.now() + 2000, performance.now()];
  let done = 0;
  const one = async (id: string) => {
    while (performance.now() < end) {
      const client = await pool.connect();
      await client.query("begin");
      await client.query("update bench_counters set count = count + 0 where id = $1", [id]);
      await client.query("insert into bench_steps (id) values ($1)", [id]);
      await client.query("commit");
      client.release();
      done += 1;
    }
  };
  await Promise.all(ids.map(one));
  return done / ((performance.now() - began) / 1000);
}

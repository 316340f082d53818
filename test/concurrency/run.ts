import type { TestCloud } from "#test/cloud.ts";
import { clear } from "#test/laws/lives.ts";
import { type Clients, type Counts, makeClients } from "./clients.ts";
import { type Ground, makeGround } from "./ground.ts";
import { miscounts } from "./limits.ts";
import { differences } from "./metal.ts";
import type { Operation } from "./operations.ts";
import { always, atRest, contradictions } from "./truths.ts";

export interface Options {
  readonly hosts: number;
  /** How many clients ask at a time. */
  readonly clients: number;
  /** After so many operations it is looked at what holds always. */
  readonly batch: number;
  /** After so many it comes to rest in between. */
  readonly rest: number;
  readonly say?: (text: string) => void;
}
export interface Outcome {
  readonly counts: Counts & {
    made: Record<string, number>;
    sagas: Record<string, number>;
    refused: Record<string, number>;
  };
  /** What was wrong, and after how many operations. */
  readonly wrong: readonly string[];
  readonly after: number;
}

/** Runs the operations on a new cloud with two processes, to the end or to the first thing that is wrong. */
export async function run(operations: readonly Operation[], options: Options): Promise<Outcome> {
  const ground = await makeGround(options.hosts);
  const { cloud } = ground;
  await cloud.spine.stop();
  const clients = makeClients(ground, [await cloud.another(), await cloud.another()]);
  const end = async (wrong: readonly string[], after: number) => {
    const counts = { ...clients.counts, ...(await made(cloud)) };
    if (options.say) for (const story of await storiesOf(cloud, wrong)) options.say(story);
    for (const process of clients.processes) await process.stop();
    await cloud.stop();
    return { counts, wrong, after };
  };
  let done = 0;
  while (done < operations.length) {
    const now = operations.slice(done, done + options.batch);
    await inParallel(now, options.clients, clients.perform);
    done += now.length;
    const wrong = [...clients.wrongs, ...(await contradictions(cloud.database, always))];
    if (wrong.length > 0) return end(wrong, done);
    if (done % options.rest < options.batch || done === operations.length) {
      const unrest = await look(ground, clients);
      if (unrest.length > 0) return end(unrest, done);
      options.say?.(`${done} operations: ${JSON.stringify(clients.counts.statuses)}`);
    }
  }
  const { counts } = await ended(ground, clients);
  return counts;

  async function ended(it: Ground, { processes, counts: asked }: Clients) {
    const sums = { ...asked, ...(await made(cloud)) };
    for (const process of processes.splice(0)) await process.stop();
    await cloud.restart();
    const wrong = await emptied(it);
    await cloud.stop();
    return { counts: { counts: sums, wrong, after: done } };
  }
}

async function inParallel<T>(all: readonly T[], most: number, work: (one: T) => Promise<void>) {
  const rest = [...all];
  const hand = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: most }, hand));
}

/** Lets everything come to its end, without new faults, and looks at what must hold then. */
async function look(ground: Ground, { processes, wrongs }: Clients): Promise<string[]> {
  const { cloud, metal } = ground;
  calm(ground);
  await toRest(cloud, () => cloud.settleAll(processes));
  for (const name of processes[0]!.spine.loops.names) await processes[0]!.spine.loops.run(name);
  await toRest(cloud, () => cloud.settleAll(processes));
  const call: TestCloud["call"] = (...asked) => processes[0]!.call(...asked);
  return [
    ...wrongs,
    ...(await contradictions(cloud.database, [...always, ...atRest])),
    ...(await differences(cloud.database, metal)),
    ...(await miscounts(ground, call)),
  ];
}

/** What hangs stays so until its deadline; nothing else is to go wrong. */
function calm({ metal: { network, compute, storage } }: Ground) {
  network.faults.clear();
  compute.faults.forget();
  storage.faults.forget();
}

async function toRest(cloud: TestCloud, settle: () => Promise<void>) {
  await settle();
  for (const time of ["1s", "5s", "10s", "30s", "1m", "1m", "2m", "5m", "10m", "10m", "30m", "1h", "1h", "1h"]) {
    if (!(await inMotion(cloud))) return;
    cloud.advance(time);
    await settle();
  }
}

async function inMotion({ database }: TestCloud): Promise<boolean> {
  const { rows } = await database.pool.query(
    "select count(*)::int as n from platform_sagas where state in ('running', 'undoing')",
  );
  return rows[0].n > 0;
}

/** Its users delete everything: nothing is left. */
async function emptied({ cloud }: Ground): Promise<string[]> {
  const wrong: string[] = [];
  await toRest(cloud, () => cloud.settle());
  await clear(cloud).catch((why: Error) => wrong.push(why.message));
  await toRest(cloud, () => cloud.settle());
  const left = await cloud.leftovers();
  if (left.length > 0) wrong.push(`left over: ${left.length}, as ${JSON.stringify(left.slice(0, 5))}`);
  for (const [table, where] of Object.entries(mustBeEmpty)) {
    const { rows } = await cloud.database.pool.query(`select * from ${table} where ${where} limit 3`);
    if (rows.length > 0) wrong.push(`${table} is not empty: ${JSON.stringify(rows)}`);
  }
  return wrong;
}

const mustBeEmpty = {
  placement_allocations: "true",
  placement_consumers: "true",
  compute_servers: "state <> 'deleted'",
  compute_server_disks: "true",
  block_storage_volumes: "true",
  block_storage_snapshots: "true",
  block_storage_attachments: "true",
  network_ports: "true",
  network_addresses: "true",
  network_taps: "true",
  network_floating_ips: "true",
  network_networks: "true",
  platform_sagas: "state in ('running', 'undoing')",
};

/** What the sagas did to the things that a sentence names. */
async function storiesOf({ database: { pool } }: TestCloud, sentences: readonly string[]): Promise<string[]> {
  const ids = sentences.flatMap((it) => it.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []).slice(0, 6);
  const { rows } = await pool.query(
    `select s.subject, s.id, s.name, s.state, s.cancel, s.error, jsonb_agg(jsonb_build_array(t.way, t.step, t.attempt, t.outcome, t.reason, t.started_at) order by t.id) as steps
     from platform_sagas s left join platform_saga_steps t on t.saga_id = s.id where s.subject = any($1) group by s.id order by s.subject, s.id`,
    [ids],
  );
  const lines = rows.map((row) => JSON.stringify(row));
  for (const [table, column] of Object.entries(tables)) {
    const found = await pool.query(`select to_jsonb(t) as row from ${table} t where ${column}::text = any($1)`, [ids]);
    lines.push(...found.rows.map(({ row }) => `${table} ${JSON.stringify(row)}`));
  }
  return lines;
}

const tables = {
  compute_servers: "id",
  compute_server_disks: "server_id",
  network_ports: "id",
  network_taps: "port_id",
  block_storage_volumes: "id",
  block_storage_attachments: "volume_id",
  block_storage_snapshots: "id",
};

async function made({ database: { pool } }: TestCloud) {
  const count = async (what: string, query: string) =>
    (await pool.query(`select ${what} as of, count(*)::int as n ${query} group by 1`)).rows.map((r) => [r.of, r.n]);
  return {
    made: Object.fromEntries(await count("state", "from compute_servers")),
    sagas: Object.fromEntries(await count("state", "from platform_sagas")),
    refused: Object.fromEntries(
      await count(
        "split_part(fault ->> 'message', '.', 1)",
        "from compute_servers where fault ->> 'message' like 'No %'",
      ),
    ),
  };
}

import { readFile, rm, writeFile } from "node:fs/promises";
import type { Database } from "../../src/platform/store/database.ts";
import { untilAgain as until } from "../until.ts";
import type { Program } from "./programs.ts";
import type { Trouble } from "./troubles.ts";

/** Where a pause could do most harm: between a question and its call, between the call and its note, and around them. */
export const naps = [
  "compute.server.build asked do spawn",
  "compute.server.build called do spawn",
  "compute.server.delete asked do destroy",
  "compute.volume-attachment.attach asked do plug",
  "block-storage.attachment.connect called do serve",
  "block-storage.attachment.disconnect asked do stop",
  "network.port.realise asked do plug",
  "block-storage.volume.create before do settle",
];

/**
 * A program falls asleep at a border of a step, with the saga in its hands, until the other has taken that over and ended it.
 * When it wakes up it changes nothing: the saga's row and its steps stay as they were, and the metal too, which the end shows.
 */
export async function napAt({ programs, say, place }: Trouble, { pool }: Database, border: string) {
  await writeFile(place.nap, `stop ${border}`);
  const sleeper = await until(
    `a program falls asleep at "${border}"`,
    90,
    () => asleepOf(programs),
    (it) => it !== undefined,
  ).finally(() => rm(place.nap, { force: true }));
  if (!sleeper) return;
  sleeper.slept();
  const saga = await lastOf(place.trace, sleeper.pid()!);
  const story = async () =>
    (
      await pool.query(
        `select state, step, fence::int, error, (select jsonb_agg(to_jsonb(t) order by id) from platform_saga_steps t where saga_id = s.id) as steps
         from platform_sagas s where id = $1`,
        [saga],
      )
    ).rows[0];
  const ended = await until(
    `the other ends saga ${saga} of the sleeper at "${border}"`,
    90,
    story,
    ({ state }) => !/running|undoing/.test(state),
  ).finally(() => sleeper.wake());
  await new Promise((then) => setTimeout(then, 1500));
  const after = await story();
  if (JSON.stringify(after) !== JSON.stringify(ended))
    throw new Error(`${border}: the sleeper went on with saga ${saga}: ${JSON.stringify(after)}`);
  if (ended.fence < 2) throw new Error(`${border}: nobody took saga ${saga} over`);
  say(`program ${sleeper.name} slept at "${border}", the other ended the saga, and it changed nothing when it woke`);
}

async function asleepOf(programs: readonly Program[]): Promise<Program | undefined> {
  for (const it of programs) {
    const stat = await readFile(`/proc/${it.pid()}/stat`, "utf8").catch(() => "");
    if (/\) T /.test(stat)) return it;
  }
  return undefined;
}

/** The saga of the last border that the process has crossed. */
async function lastOf(trace: string, pid: number): Promise<number> {
  const mine = (await readFile(trace, "utf8")).split("\n").filter((line) => line.startsWith(`${pid} `));
  return Number(mine.at(-1)!.split(" ")[1]);
}

// Two whole programs on one PostgreSQL server and one simulated world, worked with by many clients while either is killed, put
// to sleep past its leases, and replaced by a newer build whose migration has run. Fails on a request that an ordinary retry
// does not heal, a saga that two had at a time, or anything stuck, leaked or lost. `--short` is a sample of less than a minute.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "../../src/platform/store/database.ts";
import { readSecrets } from "../../src/program/secrets.ts";
import { chances } from "../chaos/chance.ts";
import { untilAgain as until } from "../until.ts";
import { type Counts, openClient } from "./clients.ts";
import { failedSagas, openSagas, runTwice, sagaEnds, strayRows } from "./counts.ts";
import { freePort, makePlace, type Place } from "./place.ts";
import { openProgram, type Program } from "./programs.ts";
import { record } from "./record.ts";
import { napAt, naps } from "./sleepers.ts";
import { asleep, killed, rolled, type Trouble } from "./troubles.ts";
import { type Ground, keepWorking, type Work } from "./work.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    clients: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const chance = chances(Number(values.seed));
const began = Date.now();
const say = (text: string) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`);

const place = await makePlace();
const database = openDatabase(place.database, 3);
let failures = 1;
try {
  failures = await run(place);
} catch (why) {
  console.error((why as Error).stack);
} finally {
  await database.close();
  if (values.keep) console.log(`kept: ${place.folder}`);
  await place.stop(values);
}
process.exit(failures === 0 ? 0 : 1);

async function run(place: Place): Promise<number> {
  const programs = [openProgram(place, "one", await freePort()), openProgram(place, "two", await freePort())] as const;
  try {
    await begin(programs);
    return await measure(programs);
  } finally {
    for (const it of programs) await it.kill();
  }
}

/** Both at once on an empty database, with the same secrets. */
async function begin(programs: readonly [Program, Program]) {
  const [one, two] = programs;
  await readSecrets(one.state);
  await mkdir(two.state);
  await copyFile(join(one.state, "secrets.json"), join(two.state, "secrets.json"));
  await Promise.all(programs.map((it) => it.start()));
  say("two programs were started at once on an empty database, and serve");
}

async function measure(programs: readonly [Program, Program]): Promise<number> {
  const counts: Counts = { requests: 0, retries: 0, unhealed: [] };
  const work: Work = { rounds: 0, lost: [] };
  const first = openClient(programs, chance, counts);
  await first.login();
  const ground = await layGround(first);
  let goesOn = true;
  const clients = Array.from({ length: Number(values.clients ?? (values.short ? 4 : 8)) }, async (_, at) => {
    const client = openClient(programs, chances(Number(values.seed) * 1000 + at), counts);
    await client.login();
    await keepWorking(client, ground, `c${at}`, chance, work, () => goesOn);
  });
  const broken: string[] = [];
  await (values.short ? someTroubles : allTroubles)({ place, programs, chance, say }, (why) => broken.push(why));
  goesOn = false;
  await Promise.all(clients);
  return result(programs, counts, work, broken);
}

async function layGround({ get }: ReturnType<typeof openClient>): Promise<Ground> {
  const flavors = (await get("/compute/v2.1/flavors")).body.flavors as { id: string; name: string }[];
  return {
    flavor: flavors.find(({ name }) => name === "m1.tiny")!.id,
    image: (await get("/image/v2/images?name=mini")).body.images[0].id,
    network: (await get("/network/v2.0/networks?name=private")).body.networks[0].id,
  };
}

type Broken = (why: string) => void;

async function someTroubles(trouble: Trouble, broken: Broken) {
  await killed(trouble, 0);
  await napAt(trouble, database, naps[0]!).catch((why: Error) => broken(why.message));
  await rolled(trouble, 0);
  await killed(trouble, 1);
  await rolled(trouble, 1);
}

async function allTroubles(trouble: Trouble, broken: Broken) {
  const nap = (border: string) => napAt(trouble, database, border).catch((why: Error) => broken(why.message));
  for (let turn = 0; turn < 10; turn += 1) await killed(trouble, turn % 2);
  for (const border of naps.slice(0, 4)) await nap(border);
  await Promise.all([killed(trouble, 0), killed(trouble, 1)]);
  await asleep(trouble, 0, () => killed(trouble, 1));
  await rolled(trouble, 0);
  for (let turn = 0; turn < 4; turn += 1) await killed(trouble, 1);
  await nap(naps[4]!);
  await asleep(trouble, 1);
  await killed(trouble, 0, trouble.place.older); // as after a newer build that was no good: its schema stays
  await rolled(trouble, 1);
  await rolled(trouble, 0);
  for (const border of naps.slice(5)) await nap(border);
  for (let turn = 0; turn < 6; turn += 1) await killed(trouble, turn % 2, trouble.place.newer);
}

async function result(programs: readonly [Program, Program], counts: Counts, work: Work, broken: readonly string[]) {
  await until(
    "nothing is in motion",
    120,
    () => openSagas(database),
    (it) => it.length === 0,
  ).catch(() => {});
  const stuck = await openSagas(database);
  const look = async () => [
    ...(await programs[0].leftovers()).map((it) => JSON.stringify(it)),
    ...(await strayRows(database)),
  ];
  await until("nothing is left over", 90, look, (it) => it.length === 0).catch(() => {});
  const ends = await sagaEnds(database);
  const bad = {
    "failures unhealed": counts.unhealed,
    "sagas run twice": [...(await runTwice(place.trace)), ...broken],
    "sagas failed": await failedSagas(database),
    stuck,
    leaked: await look(),
    lost: work.lost,
  };
  return record(values.short, {
    seed: values.seed,
    seconds: Math.round((Date.now() - began) / 1000),
    rounds: work.rounds,
    requests: counts.requests,
    retries: counts.retries,
    "sagas finished": Object.values(ends).reduce((sum, n) => sum + n, 0) - stuck.length,
    ends,
    bad,
  });
}

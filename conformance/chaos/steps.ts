import { type Border, borders, bordersOf } from "./borders.ts";
import { shuffled } from "./chance.ts";
import type { Cloud } from "./cloud.ts";
import type { Deed, Pair } from "./deeds/deed.ts";
import { makePairs } from "./deeds.ts";
import { clearAll, type Ground } from "./ground.ts";
import type { Report } from "./report.ts";
import { until } from "./until.ts";

/** One time there and back, killed at most once on each way. */
interface Round {
  readonly make: (typeof makePairs)[number];
  readonly at: number;
}
export interface How {
  readonly chance: () => number;
  /** How many rounds, drawn by chance; absent: all. */
  readonly sample?: number;
  readonly makes: typeof makePairs;
}

/** Kills the program at borders of steps and starts it again: what was asked is finished, or undone with a sentence. */
export async function killAtSteps(cloud: Cloud, ground: Ground, report: Report, { chance, sample, makes }: How) {
  const pairs = new Map<Round["make"], Promise<Pair>>();
  const pairOf = (make: Round["make"]) => {
    const pair = pairs.get(make) ?? make(cloud, ground);
    pairs.set(make, pair);
    return pair;
  };
  for (const { make, at } of sample === undefined ? allRounds(makes) : drawn(sample, chance)) {
    const pair = await pairOf(make);
    if (sample === undefined && at >= roundsOf(pair)) continue;
    await round(cloud, report, pair, at).catch(async (why: Error) => {
      report.fail("steps", `${pair.name}, round ${at + 1}: ${why.message}`);
      await recover(cloud);
      pairs.delete(make);
    });
  }
  if (sample === undefined && makes.length === makePairs.length)
    for (const { at } of borders.filter((it) => !report.hasStruck(it.at))) report.fail("steps", `${at} was never met`);
}

/** More than any pair needs: those that it does not need are passed over. */
function allRounds(makes: typeof makePairs): Round[] {
  return makes.flatMap((make) => borders.map((_, at) => ({ make, at })));
}

function roundsOf({ there, back }: Pair): number {
  return Math.max(bordersOf(there.sagas).length, bordersOf(back.sagas).length);
}

function drawn(count: number, chance: () => number): Round[] {
  return shuffled(makePairs, chance)
    .slice(0, count)
    .map((make) => ({ make, at: Math.floor(chance() * 1000) }));
}

async function round(cloud: Cloud, report: Report, pair: Pair, at: number) {
  const [first, second] = [borderAt(pair.there, at), borderAt(pair.back, at)];
  const hurries = pair.hurried === "always" || (pair.hurried !== undefined && at % 2 === 1);
  await strike(cloud, report, pair.there, first, hurries);
  await strike(cloud, report, pair.back, second, false);
  await cloud.clean().catch((why: Error) => {
    throw new Error(`leaked after ${first?.at} and ${second?.at}: ${why.message}`);
  });
}

/** All borders in turn; of a deed that has fewer than its opposite some come twice. */
function borderAt({ sagas }: Deed, at: number): Border | undefined {
  const all = bordersOf(sagas);
  return all[at % all.length];
}

async function strike(cloud: Cloud, report: Report, deed: Deed, border: Border | undefined, hurries: boolean) {
  if (border) await cloud.arm(border.at);
  const began = Date.now();
  const { status, text } = await deed.ask();
  if (status >= 400) throw new Error(`refused with ${status}: ${text}`);
  if (border && !(await cloud.dies(60))) {
    await cloud.disarm();
    throw new Error(`${border.at} was not met`);
  }
  if (border) await cloud.start();
  if (hurries) return border && report.struck(border, "called off", Date.now() - began);
  await cloud.calm(150);
  const end = await deed.look();
  if (border) report.struck(border, end === "done" ? "done" : "explained", Date.now() - began);
  else if (end !== "done") throw new Error(`without a kill: ${end}`);
}

/** After something went wrong: all is deleted, so that what follows begins anew. */
export async function recover(cloud: Cloud) {
  await cloud.disarm();
  if (!(await cloud.call("GET", "/")).status) await cloud.start();
  await until(
    "a token",
    30,
    () => cloud.call("GET", "/compute/v2.1/servers"),
    (it) => it.status === 200,
  );
  await clearAll(cloud, { but: ["power", "live"] });
}

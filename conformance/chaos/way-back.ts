import { type BackBorder, backBorders } from "./borders.ts";
import { shuffled } from "./chance.ts";
import type { Cloud } from "./cloud.ts";
import type { Deed, Pair } from "./deeds/deed.ts";
import { makePairs } from "./deeds.ts";
import type { Ground } from "./ground.ts";
import type { Report } from "./report.ts";
import { type How, recover } from "./steps.ts";

const part = "way back";

/**
 * Makes sagas turn at their last step and kills the program at borders of steps that are being undone: what was asked ends in
 * error with a sentence and can be deleted, or all is as it was before.
 */
export async function killOnWayBack(cloud: Cloud, ground: Ground, report: Report, { chance, sample, makes }: How) {
  const met = new Set<string>();
  // The second pair goes the way of the first, with a volume.
  const ways = makes.filter((make) => make !== makePairs[0]);
  for (const make of sample === undefined ? ways : shuffled(ways, chance)) {
    if (met.size === sample) return;
    let pair = await make(cloud, ground);
    const mine = backBorders.filter(({ saga, at }) => pair.there.sagas.includes(saga) && !met.has(at));
    for (const border of sample === undefined ? mine : shuffled(mine, chance).slice(0, sample - met.size)) {
      met.add(border.at);
      await round(cloud, report, pair, border).catch(async (why: Error) => {
        report.fail(part, `${pair.name}, ${border.at}: ${why.message}`);
        await recover(cloud);
        pair = await make(cloud, ground);
      });
    }
  }
  if (sample === undefined && makes.length === makePairs.length)
    for (const { at } of backBorders.filter((it) => !met.has(it.at))) report.fail(part, `${at} was never met`);
}

async function round(cloud: Cloud, report: Report, { there, back }: Pair, border: BackBorder) {
  await cloud.arm(`${border.turn}\n${border.at}`);
  const began = Date.now();
  const { status, text } = await there.ask();
  if (status >= 400) throw new Error(`refused with ${status}: ${text}`);
  if (!(await cloud.dies(60))) {
    await cloud.disarm();
    throw new Error("it was not met");
  }
  await cloud.start();
  await cloud.calm(150);
  const end = await whatCame(there);
  if (end === "explained") await takenBack(cloud, back);
  await cloud.clean();
  report.struck(border, end, Date.now() - began, part);
}

async function whatCame({ look, undone }: Deed): Promise<"explained" | "undone"> {
  if (undone) return undone().then(() => "undone");
  const end = await look();
  if (end === "done") throw new Error("it was done although it was refused");
  return "explained";
}

async function takenBack(cloud: Cloud, back: Deed) {
  const { status, text } = await back.ask();
  if (status >= 400) throw new Error(`it cannot be taken back: ${status} ${text}`);
  await cloud.calm(150);
  const end = await back.look();
  if (end !== "done") throw new Error(`it could not be taken back: ${end}`);
}

import { type BackBorder, backBorders } from "./borders.ts";
import { shuffled } from "./chance.ts";
import type { Cloud } from "./cloud.ts";
import type { Deed, Pair } from "./deeds/deed.ts";
import { makePairs } from "./deeds.ts";
import type { Lane } from "./lane.ts";
import type { Report } from "./report.ts";

const part = "way back";

/**
 * Makes sagas turn at their last step and kills the program at borders of steps that are being undone: what was asked ends in
 * error with a sentence and can be deleted, or all is as it was before.
 */
export async function killOnWayBack({ stage, report, job, chance, claim }: Lane) {
  const make = () => makePairs[job.nth - 1]!(stage.cloud, stage.ground);
  let pair = await make();
  const all = backBorders
    .filter(({ saga }) => pair.there.sagas.includes(saga))
    .map((border, n) => [n + 1, border] as const);
  for (const [at, border] of shuffled(all, chance)) {
    if (job.round ? job.round !== at : !(await claim(border.at))) continue;
    await round(stage.cloud, report, pair, border).catch(async (why: Error) => {
      report.fail(part, `${pair.name}, ${border.at}: ${why.message}`, { ...job, round: at });
      await stage.recover();
      pair = await make();
    });
  }
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

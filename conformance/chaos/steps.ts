import { type Border, bordersOf } from "./borders.ts";
import type { Cloud } from "./cloud.ts";
import type { Deed, Pair } from "./deeds/deed.ts";
import { makePairs } from "./deeds.ts";
import type { Lane } from "./lane.ts";
import type { Report } from "./report.ts";

/** Kills the program at borders of steps and starts it again: what was asked is finished, or undone with a sentence. */
export async function killAtSteps({ stage, report, job }: Lane) {
  const make = () => makePairs[job.nth - 1]!(stage.cloud, stage.ground);
  let pair = await make();
  for (const at of job.round ? [job.round] : roundsOf(pair))
    await round(stage.cloud, report, pair, at).catch(async (why: Error) => {
      report.fail("steps", `${pair.name}, round ${at}: ${why.message}`, { ...job, round: at });
      await stage.recover();
      pair = await make();
    });
}

function roundsOf({ there, back }: Pair): number[] {
  const count = Math.max(bordersOf(there.sagas).length, bordersOf(back.sagas).length);
  return Array.from({ length: count }, (_, n) => n + 1);
}

/** One time there and back, killed at most once on each way. */
async function round(cloud: Cloud, report: Report, pair: Pair, at: number) {
  const [first, second] = [borderAt(pair.there, at), borderAt(pair.back, at)];
  const hurries = pair.hurried === "always" || (pair.hurried !== undefined && at % 2 === 0);
  await strike(cloud, report, pair.there, first, hurries);
  await strike(cloud, report, pair.back, second, false);
  await cloud.clean().catch((why: Error) => {
    throw new Error(`leaked after ${first?.at} and ${second?.at}: ${why.message}`);
  });
}

/** All borders in turn; of a deed that has fewer than its opposite some come twice. */
function borderAt({ sagas }: Deed, at: number): Border | undefined {
  const all = bordersOf(sagas);
  return all[(at - 1) % all.length];
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

import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { advice } from "./advice.ts";
import { run } from "./command.ts";
import type { KnownRecipe } from "./recipe.ts";
import { type BuildLog, beginLine, openLog, type Screen } from "./report.ts";
import { clear, type Room } from "./room.ts";
import { passing, type Stage, stagesOf } from "./stages.ts";

interface Making {
  readonly room: Room;
  readonly screen: Screen;
  readonly stop: AbortSignal;
  /** Does all stages anew, also those that have their results. */
  readonly again?: boolean;
  /** The folder of the stages' programs. */
  readonly programs?: string;
}

/** Takes the stages that have no result yet; returns where the image is. */
export async function makeImage(recipe: KnownRecipe, making: Making): Promise<string> {
  const { room, again } = making;
  const stages = await stagesOf(recipe, making.programs);
  const image = join(room.folder, stages.at(-1)!.result);
  const places = stages.map(({ result }, at) => (at === stages.length - 1 ? image : join(room.cache, result)));
  if (again) for (const place of places) await rm(place, { recursive: true, force: true });
  await clear(
    room.cache,
    passing,
    stages.map(({ result }) => result),
  );
  const there = await Promise.all(places.map(isThere));
  const log = openLog(join(room.folder, `${recipe.name}.log`));
  try {
    for (const [at, stage] of stages.entries())
      await take(
        stage,
        `[${at + 1}/${stages.length}] ${stage.name}`,
        places[at]!,
        at <= there.lastIndexOf(true),
        log,
        making,
      );
  } finally {
    await log.end();
  }
  await clear(room.cache, passing, []);
  const others = new RegExp(`^${recipe.name.replaceAll(".", "\\.")}-[0-9a-f]{16}\\.(qcow2|raw)$`);
  await clear(room.folder, others, [stages.at(-1)!.result]);
  return image;
}

async function take(stage: Stage, title: string, place: string, isDone: boolean, log: BuildLog, making: Making) {
  log.begin(title);
  if (isDone) {
    log.say("as it was\n");
    return void making.screen.write(`${title.padEnd(28)} as it was\n`);
  }
  const line = beginLine(making.screen, title);
  const began = performance.now();
  const { room, stop } = making;
  const say = (text: string) => {
    log.say(text);
    line.doing(log.lastLine());
  };
  const half = join(room.work, "result");
  try {
    await stage.make(half, { cache: room.cache, work: room.work, run: (command) => run(command, { room, say, stop }) });
    await rename(half, place);
  } catch (why) {
    line.end("failed");
    throw new Error(tellFailure(stage, (why as Error).message, log));
  }
  await clear(room.work, /./, []);
  line.end(`${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** For the log as for whoever waits: what went wrong and what to do. */
function tellFailure({ name }: Stage, why: string, log: BuildLog): string {
  const end = log.last().trim().split(/\r?\n/).slice(-12).join("\n");
  const what = `${advice(name, `${log.last()}\n${why}`)}. Then run the same command again: it goes on at this stage.`;
  log.say(`\n=== the stage "${name}" failed: ${why}\n=== What to do: ${what}\n`);
  return `the stage "${name}" failed: ${why}\n${end}\nWhat to do: ${what}\nAll that it said is in ${log.path}`;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

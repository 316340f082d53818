import { once } from "node:events";
import { run } from "../client.ts";
import { chances } from "./chance.ts";
import { killDaemons } from "./daemons.ts";
import { fill } from "./full-disk.ts";
import { loseHost } from "./host.ts";
import type { Job, Part } from "./jobs.ts";
import type { Report } from "./report.ts";
import { openStage, type Stage } from "./stage.ts";
import { killAtSteps } from "./steps.ts";
import { killOnWayBack } from "./way-back.ts";

/** What a lane asks who started it: what is to be done next, whether a border is its own to kill at, and whether it may end. */
export type Question = "next" | "end" | { readonly claim: string };
/** What a lane says: a question that is answered, or a word of its report. */
export type Said = { readonly ask: Question } | { readonly word: keyof Report; readonly with: readonly unknown[] };
export interface Lane {
  readonly stage: Stage;
  readonly report: Report;
  readonly job: Job;
  readonly chance: () => number;
  /** Whether nobody else kills at this border. */
  claim(at: string): Promise<boolean>;
}

const doers: Readonly<Record<Part, (lane: Lane) => Promise<void>>> = {
  host: loseHost,
  daemons: killDaemons,
  "way-back": killOnWayBack,
  steps: killAtSteps,
};

/** Does one job after the other on a cloud of its own, until there is none. */
export async function runLane({ fills, keep }: { fills: boolean; keep: boolean }) {
  await run("ip", ["link", "set", "lo", "up"]);
  await run("mkdir", ["-p", "/run/netns"]);
  await run("mount", ["-t", "tmpfs", "netns", "/run/netns"]);
  const report = tell();
  const stage = await openStage(report);
  for (let job = await ask<Job | null>("next"); job; job = await ask<Job | null>("next")) {
    const lane = { stage, report, job, chance: chances(job.seed), claim: (claim: string) => ask<boolean>({ claim }) };
    await doers[job.part](lane).catch(async (why: Error) => {
      report.fail(
        job!.part,
        `${why.stack ?? why.message}; the program said: ${stage.cloud.lastWords().slice(-600)}`,
        job,
      );
      await stage.recover();
    });
  }
  // The last thing: a reset on a full disk.
  await stage.close({ keep, ...(fills && { before: ({ state }) => fill(state) }) });
  await ask("end");
}

function tell(): Report {
  const say =
    (word: keyof Report) =>
    (...words: readonly unknown[]) =>
      void process.send!({ word, with: words } satisfies Said);
  return { struck: say("struck"), pass: say("pass"), fail: say("fail"), note: say("note") };
}

async function ask<T>(it: Question): Promise<T> {
  const answered = once(process, "message");
  process.send!({ ask: it } satisfies Said);
  const [{ said }] = (await answered) as [{ said: T }];
  return said;
}

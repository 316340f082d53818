// Kills everything that can be killed, on real parts: the program at every border of every step of every saga, and at moments
// drawn by chance QEMU, the network's daemons, the volumes' daemons and PostgreSQL; and takes the disk, the answers and the
// power away. Several clouds share the work (`--clouds N`). `--short` is a sample; `--seed N` draws it;
// `--only steps|way-back|daemons|host|image` is one part, `--pairs 4-8` some of what it has, `--round N` one round of that.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { backBorders, borders } from "./borders.ts";
import { chances } from "./chance.ts";
import { killImages } from "./images.ts";
import { again, type Job, jobsOf, sampledWays } from "./jobs.ts";
import { type Question, runLane } from "./lane.ts";
import { inside, startLanes } from "./lanes.ts";
import { bringImage } from "./place.ts";
import { newReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    pairs: { type: "string", default: "" },
    round: { type: "string" },
    clouds: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const { short, seed, only, pairs, round, keep } = values;
const [from = 1, to = Number.POSITIVE_INFINITY] = pairs.split("-").filter(Boolean).map(Number);
const isPart = pairs !== "" || round !== undefined;
const isWhole = !short && !isPart;

async function killAll(): Promise<number> {
  const jobs = jobsOf({ short, seed: Number(seed), only, from, to, round: round ? Number(round) : undefined });
  const report = newReport((job) => again(job, seed));
  const claimed = new Set<string>();
  const most = short ? sampledWays : Number.POSITIVE_INFINITY;
  // The first lane begins with what waits, the others with what works.
  const next = (lane: number) => (lane === 1 ? jobs.shift() : jobs.pop());
  function answer(it: Question, lane: number): Job | boolean | null {
    if (it === "end") return true;
    if (it !== "next") return claimed.size < most && !claimed.has(it.claim) && claimed.add(it.claim) !== undefined;
    let job = next(lane);
    while (job?.part === "way-back" && claimed.size >= most) job = next(lane);
    return job ?? null;
  }
  await bringImage();
  await startLanes(lanesFor(jobs.length), { report, answer });
  for (const job of jobs) report.fail(job.part, "nobody was left to do it", job);
  if (isWhole) requireAll(report, claimed);
  const kind = [short ? "a sample" : "all", only, `seed ${seed}`].filter(Boolean).join(", ");
  return report.end(isPart ? undefined : kind);
}

/** A sample is small; in a whole run much waits, so that one more cloud than there are processors keeps these at work. */
function lanesFor(jobs: number): number {
  const wanted = values.clouds ? Number(values.clouds) : short ? 1 : Math.min(availableParallelism() + 1, 5);
  return Math.max(1, Math.min(wanted, jobs));
}

function requireAll({ hasStruck, fail }: ReturnType<typeof newReport>, claimed: ReadonlySet<string>) {
  if (!only || only === "steps") for (const { at } of borders) if (!hasStruck(at)) fail("steps", `${at} was never met`);
  if (!only || only === "way-back")
    for (const { at } of backBorders) if (!claimed.has(at)) fail("way back", `${at} was never met`);
}

async function begin(): Promise<number> {
  if (only === "image") return killImages({ chance: chances(Number(seed)), short });
  const lane = process.env[inside];
  if (lane === undefined) return killAll();
  await runLane({ fills: isWhole && lane === "1", keep });
  return 0;
}

process.exit((await begin()) === 0 ? 0 : 1);

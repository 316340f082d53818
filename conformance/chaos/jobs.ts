import { chances, shuffled } from "./chance.ts";
import { makePairs } from "./deeds.ts";
import { troubles } from "./host.ts";

export const parts = ["host", "daemons", "way-back", "steps"] as const;
export type Part = (typeof parts)[number];
/** A piece of a run that one cloud does in one go, whatever others do at the same time. */
export interface Job {
  readonly part: Part;
  /** Which of the part's: a pair of deeds, a round of kills, or a trouble; the first is 1. */
  readonly nth: number;
  /** One round of a pair, counted from 1; absent: all. */
  readonly round?: number;
  /** What its chances are drawn from, the same whoever does it. */
  readonly seed: number;
}
export interface Choice {
  readonly short: boolean;
  readonly seed: number;
  readonly only?: string | undefined;
  /** The first and the last of a part's. */
  readonly from: number;
  readonly to: number;
  readonly round?: number | undefined;
}

/** What mostly waits comes first, and what keeps processors at work last: a run takes from both ends. */
export function jobsOf({ short, seed, only, from, to, round }: Choice): Job[] {
  const chosen = ({ part, nth }: Job) => (only === undefined || only === part) && nth >= from && nth <= to;
  const all = short ? sampled(seed) : whole();
  return all.map((it) => ({ ...it, seed: seedOf(seed, it.nth), ...(round && { round }) })).filter(chosen);
}

function seedOf(seed: number, nth: number): number {
  return seed * 1000 + nth;
}

type Piece = Omit<Job, "seed">;
const counted = (part: Part, count: number): Piece[] => Array.from({ length: count }, (_, n) => ({ part, nth: n + 1 }));

function whole(): Piece[] {
  const pairs = makePairs.length;
  return [
    ...counted("host", troubles.length),
    ...counted("daemons", 3),
    ...counted("way-back", pairs).filter(({ nth }) => nth !== 1), // the second pair goes the way of the first, with a volume
    ...counted("steps", pairs).reverse(),
  ];
}

/** How many rounds a sample has of pairs, and how many kills on their way back. */
const some = { steps: 9, ways: 2 };
export const sampledWays = some.ways;

function sampled(seed: number): Piece[] {
  const chance = chances(seed);
  const { "way-back": ways, steps } = Object.groupBy(whole(), ({ part }) => part);
  const drawn = shuffled(steps!, chance).slice(0, some.steps);
  return [
    ...counted("daemons", 1),
    ...drawn.map((it) => ({ ...it, round: 1 + Math.floor(chance() * 1000) })),
    ...shuffled(ways!, chance),
  ];
}

/** The command that does this job, or one round of it, again. */
export function again({ part, nth, round }: Job, seed: string, at = round): string {
  return `npm run chaos -- --only ${part} --pairs ${nth}-${nth}${at ? ` --round ${at}` : ""} --seed ${seed}`;
}

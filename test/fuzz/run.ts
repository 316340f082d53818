import * as fc from "fast-check";
import { heap } from "./heap.ts";
import { type Asked, requests } from "./request.ts";
import type { Target } from "./target.ts";
import type { FuzzWorld } from "./world.ts";

export interface RunOptions {
  readonly seed: number;
  readonly cases: number;
  readonly seconds: number;
  /** How many cases a target gets before the next one's turn. */
  readonly each?: number;
}
export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly why: string;
  /** The smallest case that fails so. */
  readonly asked: Asked;
}
export interface RunReport {
  readonly played: number;
  readonly targets: number;
  readonly failures: readonly Failure[];
  /** MiB in use when the program had seen some hundred cases and was warm. */
  readonly warm: number;
}

/** Plays cases against one target after the other, in an order that the seed gives; shrinks what fails, and goes on. */
export async function fuzz(
  world: FuzzWorld,
  targets: readonly Target[],
  { seed, cases, seconds, each = 4 }: RunOptions,
): Promise<RunReport> {
  const until = performance.now() + seconds * 1000;
  const order = shuffled(targets, seed);
  const failures = new Map<string, Failure>();
  let [played, warm] = [0, 0];
  for (let i = 0; played < cases && performance.now() < until; i += 1) {
    const target = order[i % order.length]!;
    const its = seed + Math.floor(i / order.length);
    const turns = target.body ? each * 3 : each; // what changes something is asked more
    const found = await check(world, target, its, Math.min(turns, cases - played), () => (played += 1));
    if (found) failures.set(`${target.path} ${found.why.slice(0, 60)}`, found);
    if (i % 40 === 39) await world.rest();
    if (warm === 0 && played >= warmth) warm = heap();
  }
  return { played, targets: order.length, failures: [...failures.values()], warm: warm || heap() };
}

const warmth = 1000;

async function check(
  world: FuzzWorld,
  target: Target,
  seed: number,
  numRuns: number,
  count: () => void,
): Promise<Failure | undefined> {
  let why = "";
  const property = fc.asyncProperty(requests(target), async (asked) => {
    count();
    const wrong = await world.play(target, asked);
    if (wrong) why = wrong;
    return wrong === undefined;
  });
  const result = await fc.check(property, { seed: mixed(seed, target.name), numRuns, skipAllAfterTimeLimit: 20_000 });
  if (!result.failed || !result.counterexample) return undefined;
  return { target: target.name, seed, why, asked: result.counterexample[0] };
}

function shuffled<T>(all: readonly T[], seed: number): T[] {
  const [order] = fc.sample(
    fc.shuffledSubarray(
      all.map((_, i) => i),
      { minLength: all.length },
    ),
    { seed, numRuns: 1 },
  );
  return order!.map((i) => all[i]!);
}

/** A target's own seed, so that versions of one route are not asked the same. */
function mixed(seed: number, name: string): number {
  return [...name].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) | 0, seed);
}

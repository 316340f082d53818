import type { Place } from "./place.ts";
import type { Program } from "./programs.ts";

/** What befalls the two, in words. */
export type Say = (text: string) => void;
export interface Trouble {
  readonly place: Place;
  readonly programs: readonly [Program, Program];
  readonly chance: () => number;
  readonly say: Say;
}

const pause = (ms: number) => new Promise<void>((then) => setTimeout(then, ms));

/** One of them is killed in the middle of its work, and started again after a moment. */
export async function killed({ programs, chance, say, place }: Trouble, at: number, build = place.older) {
  const it = programs[at]!;
  await pause(300 + chance() * 2500);
  await it.kill();
  await pause(chance() * 1500);
  await it.start(build);
  say(`program ${it.name} was killed and is back`);
}

/** One of them stands still until another has its work, and wakes up. */
export async function asleep({ programs, chance, say }: Trouble, at: number, meanwhile?: () => Promise<void>) {
  const it = programs[at]!;
  await pause(chance() * 1000);
  it.sleep();
  await Promise.all([pause(33_000 + chance() * 3000), meanwhile?.()]);
  it.wake();
  say(`program ${it.name} slept past its leases and is awake`);
}

/** One of them is stopped as for a new version, and the newer build takes its place while the other goes on as it is. */
export async function rolled({ programs, chance, say, place }: Trouble, at: number) {
  const it = programs[at]!;
  await pause(300 + chance() * 1000);
  await it.stop();
  await it.start(place.newer);
  say(`program ${it.name} was stopped, and its newer build serves`);
}

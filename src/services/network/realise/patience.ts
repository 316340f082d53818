import { iso } from "#platform/time/clock.ts";

/** Nobody can be told that something deleted could not be taken down: it is tried again, this much later. */
export interface Patience {
  readonly notBefore?: string;
}
const pause = 60;

export function later(now: string): Patience {
  return { notBefore: iso(Date.parse(now) + pause * 1000) };
}

/** The seconds that are left of the pause, to be waited for in the first step. */
export function pauseOf({ now, given: { notBefore } }: { readonly now: string; readonly given: Patience }): number {
  return notBefore === undefined ? 0 : Math.max(0, (Date.parse(notBefore) - Date.parse(now)) / 1000);
}

import { type Again, again } from "#platform/service/kit.ts";
import { iso } from "#platform/time/clock.ts";

/** Nobody can be told that something deleted could not be taken down: it is tried again, this much later. */
export interface Patience {
  readonly notBefore?: string;
}
const pause = 60;

export function later(now: string): Patience {
  return { notBefore: iso(Date.parse(now) + pause * 1000) };
}

/** The rest of the pause, before the first step. */
export async function rest(tx: { readonly now: string; readonly given: Patience }): Promise<Again | undefined> {
  const { notBefore } = tx.given;
  const seconds = notBefore === undefined ? 0 : (Date.parse(notBefore) - Date.parse(tx.now)) / 1000;
  return seconds > 0 ? again(seconds) : undefined;
}

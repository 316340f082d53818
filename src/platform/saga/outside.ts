import type { Act } from "../service/kit.ts";
import { systemClock } from "../time/clock.ts";
import { type Held, LeaseLost, type Parts, type Way } from "./held.ts";

/** What a lease must be good for yet when a call is made: that it begins. */
const margin = 5000;

/**
 * The driver, under the step's deadline and the saga's call-off; one that does not listen is left behind after a moment. A
 * process that slept (a pause of the machine, SIGSTOP) between its question and its call finds its lease over, and calls nobody.
 */
export async function callOutside(
  parts: Parts,
  held: Held,
  act: Act<never, never, unknown, unknown>,
  question: unknown,
  within: number,
  way: Way,
) {
  const { clock } = parts;
  if (clock.now() > held.leaseUntil - margin) throw new LeaseLost();
  const deadline = new AbortController();
  const until = held.row.stepUntil ? Date.parse(held.row.stepUntil) : clock.now() + within * 1000;
  const late = new Error(`no answer within ${within} s`);
  const off = clock.after(Math.max(until - clock.now(), 0), () => deadline.abort(late));
  const calledOff = way === "do" ? [held.callOff.signal] : [];
  const signal = AbortSignal.any([deadline.signal, held.abort.signal, ...calledOff]);
  held.calling = Date.now();
  try {
    const call = act.call(parts.driverOf(held.row.service) as never, question, { signal, fence: held.row.fence });
    return await Promise.race([call, left(signal, call)]);
  } finally {
    held.calling = null;
    off();
  }
}

/** Rejects a second after the signal, so that a call that honours it can end by itself first. */
function left(signal: AbortSignal, call: Promise<unknown>): Promise<never> {
  call.catch(() => {});
  return new Promise((_, reject) => {
    const leave = () => systemClock.after(1000, () => reject(signal.reason as Error));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

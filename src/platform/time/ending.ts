import type { Log } from "../log/log.ts";

export type End = readonly [what: string, end: () => unknown];

const each = 120_000;

/**
 * Ends one thing after the other, each within its time: what cannot be ended, or does not end, is written to the log, and
 * keeps none of the others from their end.
 */
export async function endAll(log: Log, ends: readonly End[], within = each): Promise<void> {
  for (const [what, end] of ends)
    try {
      await atMost(within, Promise.resolve(end()));
    } catch (err) {
      log.error({ err, what }, "it could not be ended");
    }
}

/** Waits for work, at most so long; throws when it takes longer, and the work goes on unwatched. */
export async function atMost<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it takes longer than ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

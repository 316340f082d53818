const pause = 50;

/** Asks again until the answer satisfies, at most for some seconds; says what it waited for and saw when it does not. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T>,
  good: (it: T) => boolean,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: T | Error | undefined;
  for (let turn = 1; Date.now() < end; turn += 1) {
    last = await ask().catch((why: Error) => why);
    if (!(last instanceof Error) && good(last)) return last;
    await new Promise((then) => setTimeout(then, Math.min(pause * turn, 1000)));
  }
  const seen = last instanceof Error ? last.message : JSON.stringify(last);
  throw new Error(`${what}: not within ${seconds} s; last seen: ${seen?.slice(0, 600)}`);
}

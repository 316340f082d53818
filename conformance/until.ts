const pause = 50;

/** Asks again until the answer satisfies, at most for some seconds; says what it waited for and saw when it does not. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T>,
  good: (it: T) => boolean,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: T | undefined;
  for (let turn = 1; Date.now() < end; turn += 1) {
    last = await ask();
    if (good(last)) return last;
    // Real things take real time: nothing tells an outside client when to look again.
    await new Promise((then) => setTimeout(then, Math.min(pause * turn, 1000)));
  }
  const seen = last instanceof Error ? last.message : JSON.stringify(last);
  throw new Error(`${what}: not within ${seconds} s; last seen: ${seen?.slice(-1500)}`);
}

/** The same where asking may fail meanwhile, because what is asked is killed. */
export async function untilAgain<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T>,
  good: (it: T) => boolean,
): Promise<T> {
  const tried = () => ask().catch((why: Error) => why);
  return (await until<T | Error>(what, seconds, tried, (it) => !(it instanceof Error) && good(it))) as T;
}

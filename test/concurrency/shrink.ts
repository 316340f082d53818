/** Takes parts of a list away for as long as it still fails, and until nothing more can go or the time is over. */
export async function shrink<T>(
  list: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
  until: number,
): Promise<readonly T[]> {
  let least = list;
  for (let parts = 2; least.length > 1 && Date.now() < until; ) {
    const size = Math.ceil(least.length / parts);
    const smaller = await firstFailing(least, size, fails, until);
    if (smaller) {
      least = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, least.length);
  }
  return least;
}

async function firstFailing<T>(
  list: readonly T[],
  size: number,
  fails: (part: readonly T[]) => Promise<boolean>,
  until: number,
): Promise<readonly T[] | undefined> {
  for (let at = 0; at < list.length && Date.now() < until; at += size) {
    const rest = [...list.slice(0, at), ...list.slice(at + size)];
    if (await fails(rest)) return rest;
  }
  return undefined;
}

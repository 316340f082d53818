/** Lets so many work at once; the others wait in their order. A call whose signal has fired by its turn gives it up. */
export function fewAtOnce(most: number) {
  let free = most;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((then) => waiting.push(then));
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

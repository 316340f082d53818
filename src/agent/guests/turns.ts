/** Calls about one thing, one after the other, in their order. A call whose signal has fired gives up its turn. */
export interface Turns {
  take<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function newTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, work, signal) {
      const mine = (last.get(key) ?? Promise.resolve()).then(() => {
        signal?.throwIfAborted();
        return work();
      });
      const done: Promise<void> = mine.then(ignore, ignore).then(() => {
        if (last.get(key) === done) last.delete(key);
      });
      last.set(key, done);
      return mine;
    },
  };
}

function ignore() {}

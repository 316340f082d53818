/** Where the program takes the time from; tests own one that stands still until they move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs once after some milliseconds; returns how to call it off. */
  after(ms: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.min(ms, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** "2026-11-20T21:03:00.123Z" */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A clock that moves only when told to: `advance` fires what falls due on the way, in order. */
export function heldClock(start: number): Clock & { advance(ms: number): void } {
  let now = start;
  const due = new Set<{ at: number; then: () => void }>();
  return {
    now: () => now,
    after(ms, then) {
      const one = { at: now + ms, then };
      due.add(one);
      return () => due.delete(one);
    },
    advance(ms) {
      now += ms;
      for (const one of [...due].sort((a, b) => a.at - b.at)) if (one.at <= now && due.delete(one)) one.then();
    },
  };
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "10m", "2h", "500ms". */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (!amount || !unit) throw new Error(`"${text}" is no duration; write 500ms, 30s, 10m, 2h or 1d`);
  return Number(amount) * units[unit]!;
}

interface Fault {
  readonly why: Error | null;
  times: number;
}

/** What is to go wrong in a simulated driver, by the name of the call. */
export interface Faults<Call extends string> {
  /** The next calls throw `why`, before they change anything. */
  throw(call: Call, why: Error, times?: number): void;
  /** The next calls do nothing until their signal fires, and then throw its reason. */
  hang(call: Call, times?: number): void;
  /** Forgets what was to go wrong and lets the hanging calls go on. */
  clear(): void;
  /** Forgets what was to go wrong; what hangs goes on hanging. */
  forget(): void;
  /** Every call of the driver asks here first. */
  meet(call: Call, signal?: AbortSignal): Promise<void>;
}

export function newFaults<Call extends string>(): Faults<Call> {
  const planned = new Map<Call, Fault[]>();
  const hanging = new Set<() => void>();
  const plan = (call: Call, fault: Fault) => planned.set(call, [...(planned.get(call) ?? []), fault]);
  return {
    throw: (call, why, times = 1) => void plan(call, { why, times }),
    hang: (call, times = 1) => void plan(call, { why: null, times }),
    clear() {
      planned.clear();
      for (const goOn of hanging) goOn();
    },
    forget: () => planned.clear(),
    async meet(call, signal) {
      signal?.throwIfAborted();
      const fault = next(planned.get(call));
      if (!fault) return;
      if (fault.why) throw fault.why;
      await untilReleased(hanging, signal);
    },
  };
}

function next(faults: Fault[] | undefined): Fault | undefined {
  const fault = faults?.[0];
  if (!faults || !fault) return undefined;
  fault.times -= 1;
  if (fault.times < 1) faults.shift();
  return fault;
}

function untilReleased(hanging: Set<() => void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => finish(() => reject(signal?.reason));
    const goOn = () => finish(resolve);
    const finish = (then: () => void) => {
      hanging.delete(goOn);
      signal?.removeEventListener("abort", stop);
      then();
    };
    hanging.add(goOn);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

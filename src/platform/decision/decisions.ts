import type { Actor, Rule, Target } from "../api/rules.ts";
import type { Log } from "../log/log.ts";
import type { AnyDb } from "../store/database.ts";
import { type Clock, iso } from "../time/clock.ts";
import { actorKept, type Decision, targetKept } from "./decision.ts";
import { insertDecisions, keepNewest, listDecisions } from "./rows.ts";

/** Remembers what the policy said, for a look back: cheaply, and never in the way of a request. */
export interface Decisions {
  note(service: string, route: string, rule: Rule, actor: Actor, target: Target, allowed: boolean): void;
  /** Everything that is remembered, the latest first. */
  list(): Promise<readonly Decision[]>;
  stop(): Promise<void>;
}
interface Counted extends Omit<Decision, "times" | "lastAt"> {
  times: number;
  lastAt: string;
}

/** Rows that are kept. */
const RING = 20_000;
/** Different decisions that wait in memory to be written, and for how long at most while requests come. */
const WAITING = 500;
const PATIENCE = 5000;
/** How many are noted of a second's requests; of a busy second the rest look much the same. */
const A_SECOND = 100;
/** How often the ring is cut: once in so many writes. */
const CUT = 20;

export function openDecisions(db: AnyDb, clock: Clock, log: Log): Decisions {
  let waiting = new Map<string, Counted>();
  let second = { at: 0, noted: 0 };
  let written = { at: clock.now(), times: 0, last: Promise.resolve() };
  const write = async () => {
    const all = [...waiting.values()];
    waiting = new Map();
    if (all.length === 0) return;
    try {
      await insertDecisions(db, all);
      if (written.times % CUT === 0) await keepNewest(db, RING);
    } catch (err) {
      log.debug({ err }, "decisions of the policy were not written down");
    }
  };
  const flush = () => {
    written = { at: clock.now(), times: written.times + 1, last: written.last.then(write) };
    return written.last;
  };
  const mayNote = (now: number) => {
    const at = Math.floor(now / 1000);
    if (second.at !== at) second = { at, noted: 0 };
    second.noted += 1;
    return second.noted <= A_SECOND;
  };
  return {
    note(service, route, { name: rule }, actor, target, allowed) {
      const now = clock.now();
      if (!mayNote(now)) return;
      const of = { service, route, rule, actor: actorKept(actor), target: targetKept(target), allowed };
      const key = JSON.stringify(of);
      const at = iso(now);
      const known = waiting.get(key);
      if (known) Object.assign(known, { times: known.times + 1, lastAt: at });
      else waiting.set(key, { ...of, times: 1, firstAt: at, lastAt: at });
      if (waiting.size >= WAITING || now - written.at > PATIENCE) void flush();
    },
    async list() {
      await flush();
      return listDecisions(db);
    },
    stop: flush,
  };
}

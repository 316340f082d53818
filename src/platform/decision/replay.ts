import type { Policy } from "../api/policy.ts";
import { deciding } from "../api/policy-explain.ts";
import type { Rule } from "../api/rules.ts";
import type { Decision } from "./decision.ts";

/** What another policy would have said otherwise to requests that were made. */
export interface Change {
  readonly decision: Decision;
  /** Whether it would let them pass, which the present one does not; or the other way round. */
  readonly would: boolean;
  /** The clauses of the other policy that decide. */
  readonly because: readonly string[];
}
export interface Replay {
  /** How many requests were looked at. */
  readonly requests: number;
  /** How many of these the other policy would answer otherwise. */
  readonly changed: number;
  readonly changes: readonly Change[];
  /** Rules whose check is another one, with how many of the requests asked about them. */
  readonly rules: readonly { name: string; from: string; to: string; requests: number }[];
}

/** Holds every recorded request against the present policy and another one. */
export function replay(all: readonly Decision[], rules: readonly Rule[], present: Policy, other: Policy): Replay {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const known = all.filter(({ rule }) => byName.has(rule));
  const changes = known.flatMap((decision) => {
    const rule = byName.get(decision.rule)!;
    const { actor, target } = decision;
    const would = other.allows(rule, actor, target);
    if (would === present.allows(rule, actor, target)) return [];
    const because = deciding(other.explain(rule, actor, target));
    return [{ decision, would, because: because.map(({ text, why }) => (why ? `${text} (${why})` : text)) }];
  });
  const count = (some: readonly Decision[]) => some.reduce((sum, { times }) => sum + times, 0);
  const differing = other.names.filter((name) => other.textOf(name) !== present.textOf(name));
  return {
    requests: count(known),
    changed: count(changes.map(({ decision }) => decision)),
    changes,
    rules: differing.map((name) => ({
      name,
      from: present.textOf(name) ?? "",
      to: other.textOf(name)!,
      requests: count(known.filter(({ rule }) => rule === name)),
    })),
  };
}

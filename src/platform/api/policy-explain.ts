import { type Atom, type Check, ofActor, ofTarget } from "./policy-check.ts";
import type { Actor, Target } from "./rules.ts";

/** A check held against somebody and something: what passes, what does not, and why. */
export interface Explanation {
  readonly text: string;
  readonly passes: boolean;
  /** For the smallest questions: what was compared. */
  readonly why?: string;
  readonly kind: "any" | "all" | "not" | "atom";
  readonly parts: readonly Explanation[];
}

/** The whole answer of a check; rules that it names are put in their places. */
export function explanation(check: Check, named: (name: string) => Check, actor: Actor, target: Target): Explanation {
  const of = (part: Check) => explanation(part, named, actor, target);
  if (check.kind === "rule") return of(named(check.name));
  if (check.kind === "atom") return { ...ofAtom(check, actor, target), kind: "atom", parts: [] };
  if (check.kind === "not") {
    const part = of(check.part);
    return { text: `not ${wrapped(part)}`, passes: !part.passes, kind: "not", parts: [part] };
  }
  const parts = check.parts.map(of);
  const passes = check.kind === "any" ? parts.some((p) => p.passes) : parts.every((p) => p.passes);
  const text = parts.map((part) => (part.kind === check.kind ? part.text : wrapped(part)));
  return { text: text.join(check.kind === "any" ? " or " : " and "), passes, kind: check.kind, parts };
}

function wrapped({ kind, text }: Explanation): string {
  return kind === "any" || kind === "all" ? `(${text})` : text;
}

function ofAtom({ text, test, compares }: Atom, actor: Actor, target: Target) {
  return { text, passes: test(actor, target), why: compares ? compared(compares, actor, target) : held(text, actor) };
}

function compared(it: NonNullable<Atom["compares"]>, actor: Actor, target: Target): string {
  const [left, right] = [ofActor(actor, it.actor), ofTarget(target, it.target)];
  return `${it.actor} is ${left ?? "nothing"}, ${it.target} is ${right ?? "nothing"}`;
}

function held(text: string, actor: Actor): string {
  if (text.startsWith("role:")) return `roles are ${actor.roles.join(", ") || "none"}`;
  if (text.startsWith("system_scope:")) return actor.system ? "the scope is the system" : "the scope is not the system";
  return "";
}

/** The clauses that decide: of what passes the first way through, of what does not everything that stands in the way. */
export function deciding(it: Explanation): readonly Explanation[] {
  if (it.kind === "atom" || it.kind === "not") return [it];
  const open = it.kind === "any" ? it.passes : !it.passes;
  const parts = open ? [it.parts.find((part) => part.passes === it.passes)!] : it.parts;
  return parts.flatMap(deciding);
}

/** What of actors is held against what of targets anywhere in a check. */
export function comparisons(check: Check, named: (name: string) => Check): readonly NonNullable<Atom["compares"]>[] {
  if (check.kind === "atom") return check.compares ? [check.compares] : [];
  if (check.kind === "rule") return comparisons(named(check.name), named);
  return (check.kind === "not" ? [check.part] : check.parts).flatMap((part) => comparisons(part, named));
}

import type { Actor, Target } from "./rules.ts";

/** Whether somebody may do something to something. */
export type Test = (actor: Actor, target: Target) => boolean;

/** A check of oslo.policy's language, taken apart. */
export type Check =
  | { readonly kind: "any" | "all"; readonly parts: readonly Check[] }
  | { readonly kind: "not"; readonly part: Check }
  | { readonly kind: "rule"; readonly name: string }
  | Atom;
/** The smallest question: "role:admin", "project_id:%(project_id)s", "@". */
export interface Atom {
  readonly kind: "atom";
  readonly text: string;
  readonly test: Test;
  /** What of the actor is held against what of the target, where it is that. */
  readonly compares?: { readonly actor: string; readonly target: string };
}

const always: Atom = { kind: "atom", text: "@", test: () => true };
const never: Atom = { kind: "atom", text: "!", test: () => false };

/** or < and < not < (…) and atoms; "" and "@" let everybody pass, "!" nobody. Throws what cannot be read of the rule `where`. */
export function readCheck(text: string, where: string): Check {
  const words = text.match(/\(|\)|'[^']*':%\([^)]*\)s|[^\s()]+:%\([^)]*\)s|[^\s()]+/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`policy rule ${where}: "${text}" cannot be read near "${words[at] ?? "its end"}"`);
  };
  const follows = (word: RegExp) => {
    const yes = word.test(words[at] ?? "");
    if (yes) at += 1;
    return yes;
  };
  const row = (kind: "any" | "all", word: RegExp, part: () => Check): Check => {
    const parts = [part()];
    while (follows(word)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  };
  const any = (): Check => row("any", /^or$/i, all);
  const all = (): Check => row("all", /^and$/i, one);
  const one = (): Check => {
    if (follows(/^not$/i)) return { kind: "not", part: one() };
    if (!follows(/^\($/)) return atom(words[at++] ?? fail(), fail);
    const inner = any();
    return follows(/^\)$/) ? inner : fail();
  };
  if (words.length === 0) return always;
  const check = any();
  return at === words.length ? check : fail();
}

function atom(word: string, fail: () => never): Check {
  if (word === "@") return always;
  if (word === "!") return never;
  const colon = word.startsWith("'") ? word.indexOf("':") + 1 : word.indexOf(":");
  if (colon < 1) return fail();
  const [kind, value] = [word.slice(0, colon), word.slice(colon + 1)];
  if (kind === "rule") return { kind: "rule", name: value };
  const is = (test: Test, compares?: Atom["compares"]): Atom => ({ kind: "atom", text: word, test, compares });
  if (kind === "role") return is((a) => a.roles.includes(value.toLowerCase()));
  if (kind === "is_admin") return is((a) => a.roles.includes("admin") === /^(true|1)$/i.test(value));
  const name = /^%\((.+)\)s$/.exec(value)?.[1];
  const isLiteral = kind.startsWith("'") || /^(True|False|None)$/.test(kind);
  const literal = kind.replaceAll("'", "");
  const left = isLiteral ? () => literal : (a: Actor) => ofActor(a, kind);
  if (!name) return is((a) => (left(a) ?? "None") === value);
  if (kind === "None") return is((_, t) => valueIn(t, name) === null);
  const test: Test = (a, t) => {
    const its = ofTarget(t, name);
    return its !== undefined && left(a) === its;
  };
  return is(test, isLiteral ? undefined : { actor: kind, target: name });
}

/** project_id, system_scope … of who asks. */
export function ofActor(actor: Actor, name: string): string | undefined {
  if (name === "system_scope") return actor.system ? "all" : undefined;
  if (name === "tenant_id") return actor.projectId;
  return text((actor as unknown as Record<string, unknown>)[camel(name)]);
}

/** project_id, tenant_id, target.user.id … of what it is about. */
export function ofTarget(target: Target, name: string): string | undefined {
  return name === "tenant_id" ? text(target.projectId) : text(valueIn(target, name));
}

function valueIn(target: Target, name: string): unknown {
  let it: unknown = target;
  for (const key of pathOf(name)) it = (it as Record<string, unknown> | null | undefined)?.[key];
  return it;
}

const paths = new Map<string, readonly string[]>();

function pathOf(name: string): readonly string[] {
  const path = paths.get(name) ?? name.split(".").map(camel);
  paths.set(name, path);
  return path;
}

/** snake_case, as rules have it, in our own spelling. */
export const camel = (snake: string) => snake.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());

/** As Python spells it, whose words rules are written in. */
function text(it: unknown): string | undefined {
  if (it === null || it === undefined) return undefined;
  return typeof it === "boolean" ? (it ? "True" : "False") : String(it);
}

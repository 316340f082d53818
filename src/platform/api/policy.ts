import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { type Atom, type Check, readCheck, type Test } from "./policy-check.ts";
import { comparisons, type Explanation, explanation } from "./policy-explain.ts";
import { type Actor, baseRules, type Rule, type Target } from "./rules.ts";

export interface Policy {
  allows(rule: Rule, actor: Actor, target: Target): boolean;
  /** The check that is in force for a rule's name; undefined where there is no such rule. */
  textOf(name: string): string | undefined;
  /** Every rule's name. */
  readonly names: readonly string[];
  /** Names that were given and that nothing asks about. */
  readonly unused: readonly string[];
  /** Why a rule lets somebody pass, or not. */
  explain(rule: Pick<Rule, "name" | "check">, actor: Actor, target: Target): Explanation;
  /** What of actors the rule holds against what of targets. */
  compares(rule: Pick<Rule, "name" | "check">): readonly NonNullable<Atom["compares"]>[];
}

/** Checks in the place of the defaults, by the rules' names. */
export type Overrides = Readonly<Record<string, string>>;

/** Roles that a role brings with it, as Keystone's default implications have it. */
const implied: Record<string, readonly string[]> = {
  admin: ["manager", "member", "reader"],
  manager: ["member", "reader"],
  member: ["reader"],
};

/** The defaults of the code, overridden by a policy file in oslo.policy's form (YAML: rule name → check). */
export async function loadPolicy(rules: readonly Rule[], file?: string): Promise<Policy> {
  return makePolicy(rules, file ? await readOverrides(file) : {});
}

/** What a policy file says; throws a sentence about what is wrong with it. */
export async function readOverrides(file: string): Promise<Overrides> {
  return overridesOf(await readFile(file, "utf8"), file);
}

export function overridesOf(text: string, file: string): Overrides {
  let it: unknown;
  try {
    it = parse(text) ?? {};
  } catch (why) {
    throw new Error(`policy file ${file}: ${(why as Error).message}`);
  }
  if (typeof it !== "object" || Array.isArray(it) || Object.values(it as object).some((v) => typeof v !== "string"))
    throw new Error(`policy file ${file}: a map of rule names to checks in quotes is wanted`);
  return it as Overrides;
}

export function makePolicy(rules: readonly Rule[], given: Overrides): Policy {
  const defaults = new Map([...Object.entries(baseRules), ...rules.map((r) => [r.name, r.check] as [string, string])]);
  const texts = new Map<string, string>([...defaults, ...Object.entries(given)]);
  const book = bookOf(texts);
  const { check, test } = book;
  for (const name of texts.keys()) test(name);
  const learn = ({ name, check: text }: Pick<Rule, "name" | "check">) => {
    if (!texts.has(name)) texts.set(name, text); // one that a handler asks about, beside the routes' own
    return name;
  };
  return {
    allows: (rule, actor, target) => test(learn(rule))(withImplied(actor), target),
    textOf: (name) => texts.get(name),
    names: [...texts.keys()],
    unused: unusedOf(given, defaults, book.refers),
    explain: (rule, actor, target) => explanation(check(learn(rule)), check, withImplied(actor), target),
    compares: (rule) => comparisons(check(learn(rule)), check),
  };
}

/** Rules by their names, read when they are first asked about. */
function bookOf(texts: ReadonlyMap<string, string>) {
  const checks = new Map<string, Check>();
  const tests = new Map<string, Test>();
  const check = (name: string): Check => {
    const text = texts.get(name);
    if (text === undefined) throw new Error(`policy: there is no rule ${name}`);
    const it = checks.get(name) ?? readCheck(text, name);
    checks.set(name, it);
    return it;
  };
  const refers = (name: string, above: readonly string[] = []): readonly string[] => {
    if (above.includes(name))
      throw new Error(`policy: the rule ${name} refers to itself (${[...above, name].join(" → ")})`);
    return [name, ...namesIn(check(name)).flatMap((one) => refers(one, [...above, name]))];
  };
  const test = (name: string): Test => {
    const known = tests.get(name);
    if (known) return known;
    refers(name);
    const it = testOf(check(name), test);
    tests.set(name, it);
    return it;
  };
  return { check, test, refers };
}

function testOf(check: Check, named: (name: string) => Test): Test {
  if (check.kind === "atom") return check.test;
  if (check.kind === "rule") return named(check.name);
  if (check.kind === "not") {
    const inner = testOf(check.part, named);
    return (a, t) => !inner(a, t);
  }
  const parts = check.parts.map((part) => testOf(part, named));
  return check.kind === "any" ? (a, t) => parts.some((p) => p(a, t)) : (a, t) => parts.every((p) => p(a, t));
}

/** The rules that a check names itself. */
export function namesIn(check: Check): readonly string[] {
  if (check.kind === "rule") return [check.name];
  if (check.kind === "not") return namesIn(check.part);
  return check.kind === "atom" ? [] : check.parts.flatMap(namesIn);
}

function unusedOf(
  given: Overrides,
  defaults: ReadonlyMap<string, string>,
  refers: (name: string) => readonly string[],
) {
  const used = new Set([...defaults.keys()].flatMap((name) => refers(name)));
  return Object.keys(given).filter((name) => !used.has(name));
}

const expanded = new WeakMap<Actor, Actor>();

function withImplied(actor: Actor): Actor {
  const known = expanded.get(actor);
  if (known) return known;
  const roles = [...new Set(actor.roles.flatMap((r) => [r.toLowerCase(), ...(implied[r.toLowerCase()] ?? [])]))];
  const it = { ...actor, roles };
  expanded.set(actor, it);
  return it;
}

import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { type Actor, baseRules, type Rule, type Target } from "./rules.ts";

type Check = (actor: Actor, target: Target) => boolean;

export interface Policy {
  allows(rule: Rule, actor: Actor, target: Target): boolean;
}

/** Roles that a role brings with it, as Keystone's default implications have it. */
const implied: Record<string, readonly string[]> = {
  admin: ["manager", "member", "reader"],
  manager: ["member", "reader"],
  member: ["reader"],
};

/** The defaults of the code, overridden by a policy file in oslo.policy's form (YAML: rule name → check). */
export async function loadPolicy(rules: readonly Rule[], file?: string): Promise<Policy> {
  const given = file ? overrides(parse(await readFile(file, "utf8")), file) : {};
  return makePolicy(rules, given);
}

export function makePolicy(rules: readonly Rule[], given: Readonly<Record<string, string>>): Policy {
  const texts = new Map<string, string>([
    ...Object.entries(baseRules),
    ...rules.map((r) => [r.name, r.check] as [string, string]),
    ...Object.entries(given),
  ]);
  const checks = new Map<string, Check>();
  const named = (name: string): Check => {
    const known = checks.get(name);
    if (known) return known;
    const text = texts.get(name);
    if (text === undefined) throw new Error(`policy: there is no rule ${name}`);
    checks.set(name, (a, t) => checks.get(name)!(a, t));
    const check = compile(text, named, name);
    checks.set(name, check);
    return check;
  };
  for (const name of texts.keys()) named(name);
  return {
    allows(rule, actor, target) {
      if (!texts.has(rule.name)) texts.set(rule.name, rule.check); // one that a handler asks about, beside the routes' own
      return named(rule.name)(withImplied(actor), target);
    },
  };
}

function overrides(it: unknown, file: string): Record<string, string> {
  if (it === null || it === undefined) return {};
  if (typeof it !== "object" || Object.values(it).some((v) => typeof v !== "string"))
    throw new Error(`policy file ${file}: a map of rule names to checks in quotes is wanted`);
  return it as Record<string, string>;
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

/** or < and < not < (…) and atoms; "" and "@" let everybody pass, "!" nobody. */
function compile(text: string, named: (name: string) => Check, where: string): Check {
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
  const any = (): Check => {
    const parts = [all()];
    while (follows(/^or$/i)) parts.push(all());
    return parts.length === 1 ? parts[0]! : (a, t) => parts.some((p) => p(a, t));
  };
  const all = (): Check => {
    const parts = [one()];
    while (follows(/^and$/i)) parts.push(one());
    return parts.length === 1 ? parts[0]! : (a, t) => parts.every((p) => p(a, t));
  };
  const one = (): Check => {
    const word = words[at++] ?? fail();
    if (/^not$/i.test(word)) {
      const inner = one();
      return (a, t) => !inner(a, t);
    }
    if (word !== "(") return atom(word, named, fail);
    const inner = any();
    if (words[at++] !== ")") fail();
    return inner;
  };
  if (words.length === 0) return () => true;
  const check = any();
  return at === words.length ? check : fail();
}

function atom(word: string, named: (name: string) => Check, fail: () => never): Check {
  if (word === "@") return () => true;
  if (word === "!") return () => false;
  const colon = word.startsWith("'") ? word.indexOf("':") + 1 : word.indexOf(":");
  if (colon < 1) return fail();
  const [kind, value] = [word.slice(0, colon), word.slice(colon + 1)];
  if (kind === "rule") return (a, t) => named(value)(a, t);
  if (kind === "role") return (a) => a.roles.includes(value.toLowerCase());
  if (kind === "is_admin") return (a) => a.roles.includes("admin") === /^(true|1)$/i.test(value);
  const literal = kind.replaceAll("'", "");
  const left = kind.startsWith("'") || /^(True|False|None)$/.test(kind) ? () => literal : credential(kind);
  const name = /^%\((.+)\)s$/.exec(value)?.[1];
  if (!name) return (a) => left(a) === value;
  if (kind === "None") return (_, t) => valueIn(t, name) === null;
  const right = targeted(name);
  return (a, t) => {
    const its = right(t);
    return its !== undefined && left(a) === its;
  };
}

function credential(name: string): (actor: Actor) => string | undefined {
  if (name === "system_scope") return (actor) => (actor.system ? "all" : undefined);
  if (name === "tenant_id") return (actor) => actor.projectId;
  const key = camel(name);
  return (actor) => text((actor as unknown as Record<string, unknown>)[key]);
}

/** %(project_id)s, %(tenant_id)s, %(target.user.id)s … */
function targeted(name: string): (target: Target) => string | undefined {
  if (name === "tenant_id") return (target) => text(target.projectId);
  const keys = name.split(".").map(camel);
  return (target) => text(follow(target, keys));
}

const valueIn = (target: Target, name: string) => follow(target, name.split(".").map(camel));

function follow(target: Target, keys: readonly string[]): unknown {
  let it: unknown = target;
  for (const key of keys) it = (it as Record<string, unknown> | null | undefined)?.[key];
  return it;
}

const camel = (snake: string) => snake.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
const text = (it: unknown) => (it === null || it === undefined ? undefined : String(it));

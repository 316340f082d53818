import type { Rule } from "#platform/api/rules.ts";

const verbs = ["create", "read", "update", "delete"] as const;
export type Verb = (typeof verbs)[number];
/** Says under which rule a property may be created, read, updated or deleted; undefined: by nobody. */
export type Protection = (key: string, verb: Verb) => Rule | undefined;

const known = new Map<string, Protection>();

/**
 * The rules in an INI text: a section for each kind of property, named by a regular expression, with roles or the name of a
 * policy for each of the four verbs. The first section that fits a property counts.
 */
export function readProtection(text: string, by: "roles" | "policies"): Protection {
  const key = `${by} ${text}`;
  const it = known.get(key) ?? protectionOf(sectionsOf(text), by);
  known.set(key, it);
  return it;
}

interface Section {
  readonly name: string;
  readonly values: Readonly<Partial<Record<string, string>>>;
}

function sectionsOf(text: string): Section[] {
  const sections: { name: string; values: Record<string, string> }[] = [];
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "" || /^[#;]/.test(line)) continue;
    const name = line.match(/^\[(.+)\]$/)?.[1];
    const [, key, value] = line.match(/^(\w+)\s*[=:]\s*(.*)$/) ?? [];
    if (name !== undefined) sections.push({ name, values: {} });
    else if (key === undefined || !sections.length) throw malformed(`"${line}" stands in no section`);
    else sections.at(-1)!.values[key] = value ?? "";
  }
  return sections;
}

function malformed(why: string) {
  return new Error(`image-property-protection: ${why}`);
}

function protectionOf(sections: readonly Section[], by: "roles" | "policies"): Protection {
  const rules = sections
    .filter(({ name }) => !name.startsWith("os_glance"))
    .map((it) => ({ pattern: patternOf(it.name), by: rulesOf(it, by) }));
  return (key, verb) => rules.find(({ pattern }) => pattern.test(key))?.by[verb];
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw malformed(`"${text}" is no regular expression`);
  }
}

function rulesOf({ name, values }: Section, by: "roles" | "policies") {
  const rule = (verb: Verb): Rule => {
    const value = values[verb];
    if (value === undefined) throw malformed(`[${name}] says nothing of "${verb}"`);
    const check = by === "roles" ? checkOfRoles(name, value) : checkOfPolicy(name, value);
    return { name: `${name}:${verb} ${check}`, check, says: `Whether properties like ${name} pass "${verb}".` };
  };
  return Object.fromEntries(verbs.map((verb) => [verb, rule(verb)])) as Record<Verb, Rule>;
}

function checkOfRoles(name: string, value: string): string {
  const roles = value
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  if (roles.includes("@") && roles.includes("!")) throw malformed(`[${name}] has both @ and !`);
  if (roles.length === 0 || roles.includes("!")) return "!";
  return roles.includes("@") ? "@" : roles.map((role) => `role:${role}`).join(" or ");
}

const common: Readonly<Record<string, string>> = { default: "@", context_is_admin: "role:admin", "@": "@", "!": "!" };

function checkOfPolicy(name: string, value: string): string {
  if (value.includes(",")) throw malformed(`[${name}] has more than one policy for a verb`);
  if (value === "") return "!";
  return Object.hasOwn(common, value) ? common[value]! : `rule:${value}`;
}

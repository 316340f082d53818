import { badRequest } from "#platform/api/errors.ts";

/** "VCPU:2,MEMORY_MB:512" as amounts. */
export function readResources(text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const part of text.split(",")) {
    const match = part.trim().match(/^([A-Z0-9_]+):(\d+)$/);
    if (!match)
      throw badRequest(
        `Badly formed resources parameter. Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024. Got: ${text}.`,
        "placement.query.bad_value",
      );
    const amount = Number(match[2]);
    if (amount < 1)
      throw badRequest(
        `Requested resource ${match[1]} requested amount must be at least 1: ${amount}`,
        "placement.query.bad_value",
      );
    found[match[1]!] = amount;
  }
  return found;
}

/** Traits asked for: every one of `all`, none of `none`, and at least one of each of `any`. */
export interface TraitFilter {
  readonly all: readonly string[];
  readonly none: readonly string[];
  readonly any: readonly (readonly string[])[];
}

/** "required=HW_A,!HW_B" and "required=in:HW_A,HW_B", each of which may be repeated. */
export function readRequired(given: string | readonly string[] | undefined): TraitFilter {
  const all: string[] = [];
  const none: string[] = [];
  const any: string[][] = [];
  for (const text of given === undefined ? [] : [given].flat()) {
    if (text.startsWith("in:")) any.push(text.slice(3).split(","));
    else
      for (const part of text.split(",").map((name) => name.trim()))
        (part.startsWith("!") ? none : all).push(part.replace(/^!/, ""));
  }
  const bad = [...all, ...none, ...any.flat()].find((name) => !/^[A-Z0-9_]+$/.test(name));
  if (bad !== undefined)
    throw badRequest(
      `Invalid query string parameters: Expected 'required' parameter value of the form: HW_CPU_X86_VMX,!CUSTOM_MAGIC. Got: ${[given].flat().join(" ")}`,
      "placement.query.bad_value",
    );
  const both = all.find((name) => none.includes(name));
  if (both)
    throw badRequest(
      `Conflicting required and forbidden traits found in the following traits keys: required: (${both})`,
      "placement.query.bad_value",
    );
  return { all, none, any };
}

/** Aggregates asked for: one of each of `some`, none of `none`. */
export interface AggregateFilter {
  readonly some: readonly (readonly string[])[];
  readonly none: readonly string[];
}

/** "member_of=A", "member_of=in:A,B", "member_of=!A", "member_of=!in:A,B", each of which may be repeated. */
export function readMemberOf(given: string | readonly string[] | undefined): AggregateFilter {
  const some: string[][] = [];
  const none: string[] = [];
  for (const text of given === undefined ? [] : [given].flat()) {
    const [, not, list, names = ""] = text.match(/^(!?)(in:)?(.*)$/)!;
    const ids = list ? names.split(",") : [names];
    const bad = ids.find((id) => !/^[0-9a-fA-F-]{32,36}$/.test(id));
    if (bad !== undefined)
      throw badRequest(
        `Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: ${text}`,
        "placement.query.bad_value",
      );
    if (not) none.push(...ids);
    else some.push(ids);
  }
  return { some, none };
}

export function traitsPass(traits: readonly string[], { all, none, any }: TraitFilter): boolean {
  const has = (name: string) => traits.includes(name);
  return all.every(has) && !none.some(has) && any.every((names) => names.some(has));
}

export function aggregatesPass(aggregates: readonly string[], { some, none }: AggregateFilter): boolean {
  const has = (id: string) => aggregates.includes(id);
  return some.every((ids) => ids.some(has)) && !none.some(has);
}

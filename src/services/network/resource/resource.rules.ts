import { type Rule, rules } from "#platform/api/rules.ts";

export const seesAll: Rule = {
  name: "context_is_admin",
  check: "role:admin or role:service",
  says: "See and use what belongs to any project.",
};

export const member = "rule:project_member_or_admin";
export const reader = "rule:project_reader_or_admin";
export const admin = "rule:admin_api";

export interface ResourceRules {
  readonly create: Rule;
  readonly get: Rule;
  readonly update: Rule;
  readonly delete: Rule;
}
export interface TagRules {
  readonly get: Rule;
  readonly update: Rule;
  readonly delete: Rule;
}

/** The four rules of a resource: create_network, get_network … */
export function resourceRules(one: string, words: string): ResourceRules {
  const by = rules("", {
    [`create_${one}`]: [member, `Create a ${words}.`],
    [`get_${one}`]: [reader, `Show a ${words}.`],
    [`update_${one}`]: [member, `Change a ${words}.`],
    [`delete_${one}`]: [member, `Delete a ${words}.`],
  });
  return {
    create: by[`create_${one}`]!,
    get: by[`get_${one}`]!,
    update: by[`update_${one}`]!,
    delete: by[`delete_${one}`]!,
  };
}

/** The rules of a resource's tags: get_networks_tags … */
export function tagRules(many: string, words: string): TagRules {
  const by = rules("", {
    [`get_${many}_tags`]: [reader, `Show the tags of a ${words}.`],
    [`update_${many}_tags`]: [member, `Set tags of a ${words}.`],
    [`delete_${many}_tags`]: [member, `Take tags from a ${words}.`],
  });
  return { get: by[`get_${many}_tags`]!, update: by[`update_${many}_tags`]!, delete: by[`delete_${many}_tags`]! };
}

/** Rules for single attributes, for administrators: create_network:shared … */
export function attributeRules(one: string, ways: readonly string[], names: readonly string[], check = admin) {
  const all = ways.flatMap((way) =>
    names.map((name) => [`${way}_${one}:${name}`, [check, `${way} ${name} of a ${one}`]]),
  );
  return rules("", Object.fromEntries(all) as Record<string, readonly [string, string]>);
}

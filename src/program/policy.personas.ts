import type { Policy } from "#platform/api/policy.ts";
import { camel, ofActor } from "#platform/api/policy-check.ts";
import type { Actor, Rule, Target } from "#platform/api/rules.ts";

export const scopes = ["project", "domain", "system", "none"] as const;
export type Scope = (typeof scopes)[number];
/** The roles that a cloud begins with, and nobody's. */
export const defaultRoles = ["admin", "manager", "member", "reader", "service", ""] as const;

/** Somebody with these roles in a scope; what is theirs is called so. */
export function persona(roles: readonly string[], scope: Scope): Actor {
  return {
    userId: "their-user",
    userName: "their-user",
    userDomainId: "their-domain",
    roles: scope === "none" ? [] : roles.filter((role) => role !== ""),
    ...(scope === "project" && { projectId: "their-project", projectDomainId: "their-domain" }),
    ...(scope === "domain" && { domainId: "their-domain" }),
    ...(scope === "system" && { system: true }),
  };
}

/** What a rule is asked about, made up for it: the actor's own in every respect that it compares, or somebody else's. */
export function targetFor(policy: Policy, rule: Rule, actor: Actor, whose: "own" | "foreign"): Target {
  const values = policy.compares(rule).map(({ actor: left, target }) => {
    const own = whose === "own" ? ofActor(actor, left) : undefined;
    return [target, own ?? `another-${target.split(".").at(-1)!.replace(/_id$/, "")}`] as const;
  });
  return targetOf(values);
}

/** A target from its attributes as rules name them: project_id, target.user.domain_id. The first of two for one name holds. */
export function targetOf(values: readonly (readonly [name: string, value: string])[]): Target {
  const target: Record<string, unknown> = {};
  for (const [name, value] of values.toReversed()) put(target, name === "tenant_id" ? "project_id" : name, value);
  return target as Target;
}

function put(into: Record<string, unknown>, name: string, value: string): void {
  const path = name.split(".").map(camel);
  const last = path.pop()!;
  let at = into;
  for (const key of path) {
    if (typeof at[key] !== "object") at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
}

/** What somebody may do it to. */
export type Reach = "any" | "own" | "none";

export function reachOf(policy: Policy, rule: Rule, actor: Actor): Reach {
  const may = (whose: "own" | "foreign") => policy.allows(rule, actor, targetFor(policy, rule, actor, whose));
  if (may("foreign")) return "any";
  return may("own") ? "own" : "none";
}

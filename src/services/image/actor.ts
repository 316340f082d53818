import { type Actor, rules } from "#platform/api/rules.ts";

/** Whether somebody may see everything: an administrator, with a token for a project. */
export function isAdmin({ roles, system }: Actor): boolean {
  return roles.includes("admin") && !system;
}

/** Rules under Glance's own names. Tokens for the system open nothing here. */
export function projectRules<K extends string>(by: Record<K, readonly [check: string, says: string]>) {
  const entries = Object.entries<readonly [string, string]>(by);
  const scoped = entries.map(([key, [check, says]]) => [key, [`not system_scope:all and (${check})`, says]] as const);
  return rules("", Object.fromEntries(scoped) as Record<K, readonly [string, string]>);
}

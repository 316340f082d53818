import type { Extra } from "../identity.ts";

/** What somebody has shown who has to show more: good for some minutes, beside the other methods. */
export interface Receipt {
  readonly userId: string;
  readonly methods: readonly string[];
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** The last revocation that it saw. */
  readonly saw: number;
}

/** How long a receipt is good, in seconds. */
export const RECEIPT_LIFETIME = 300;

/** The sets of methods any one of which a user has to log in by; empty: no matter how. */
export function rulesOf(options: Extra, known: readonly string[]): readonly (readonly string[])[] {
  const { multi_factor_auth_rules: rules, multi_factor_auth_enabled: enabled } = options;
  if (!Array.isArray(rules) || enabled === false) return [];
  const texts = rules.filter(
    (rule): rule is string[] => Array.isArray(rule) && rule.every((it) => typeof it === "string"),
  );
  return texts.map((rule) => rule.filter((it) => known.includes(it))).filter((rule) => rule.length > 0);
}

/** Whether somebody who has shown this much is in. */
export function suffices(rules: readonly (readonly string[])[], shown: readonly string[]): boolean {
  return rules.length === 0 || rules.some((rule) => rule.every((it) => shown.includes(it)));
}

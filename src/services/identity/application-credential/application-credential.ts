import type { AccessRule } from "#platform/api/rules.ts";
import type { Role } from "../role/role.ts";

/** A user's roles on one project, or some of them, lent to a program that has a secret of its own. */
export interface ApplicationCredentialRow {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly projectId: string;
  readonly description: string | null;
  readonly secretHash: string;
  readonly unrestricted: boolean;
  /** Microseconds since 1970. */
  readonly expiresUs: number | null;
}
export interface ApplicationCredential extends ApplicationCredentialRow {
  readonly roles: readonly Role[];
  /** All that may be asked with it; none: everything. */
  readonly accessRules: readonly AccessRule[];
}
/** An access rule is its user's; credentials share it. */
export interface AccessRuleRow extends AccessRule {
  readonly userId: string;
}

import type { Extra } from "../identity.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly enabled: boolean;
  readonly defaultProjectId: string | null;
  /** A PHC string; null: this user cannot log in by password. */
  readonly passwordHash: string | null;
  readonly options: Extra;
  readonly extra: Extra;
  readonly createdAt: string;
  /** Its id in its domain's directory; absent or null: it is kept here. */
  readonly directoryId?: string | null;
  readonly passwordCreatedAt?: string | null;
  readonly passwordExpiresAt?: string | null;
  /** Whether the user chose it. */
  readonly passwordIsOwn?: boolean;
  /** Logins that have failed since the last one that did not. */
  readonly failedLogins?: number;
  readonly failedAt?: string | null;
  readonly activeAt?: string | null;
}

/** A user as authentication needs it: with the domain. */
export interface KnownUser {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly domainName: string;
  /** Its own and its domain's. */
  readonly enabled: boolean;
  readonly defaultProjectId: string | null;
  readonly passwordHash: string | null;
  readonly passwordExpiresAt?: string | null;
  /** Its id in its domain's directory, which knows more. */
  readonly directoryId: string | null;
}

/** Options after a change; null takes one back. */
export function withOptions(before: Extra, asked: Extra = {}): Extra {
  return Object.fromEntries(Object.entries({ ...before, ...asked }).filter(([, value]) => value !== null));
}

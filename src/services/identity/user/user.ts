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
  /** Its id in its domain's directory, which knows more. */
  readonly directoryId: string | null;
}

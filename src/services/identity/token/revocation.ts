/**
 * A mark that voids every token which carries it and was issued before this row was committed. Ids grow in the order of
 * the commits, and a token says which was the last that it saw: so no clock decides.
 */
export interface Revocation {
  readonly id: number;
  readonly mark: string;
  readonly revokedAt: string;
}

/** What a token can be recognised by, and taken back by. */
export const mark = {
  token: (auditId: string) => `token:${auditId}`,
  /** A token and all that were made from it. */
  chain: (auditId: string) => `chain:${auditId}`,
  user: (id: string) => `user:${id}`,
  project: (id: string) => `project:${id}`,
  domain: (id: string) => `domain:${id}`,
  /** A user's tokens on one project, domain or the system. */
  grant: (userId: string, at: { projectId?: string | null; domainId?: string | null }) =>
    `grant:${userId}:${at.projectId ?? at.domainId ?? "system"}`,
  trust: (id: string) => `trust:${id}`,
  applicationCredential: (id: string) => `application-credential:${id}`,
  /** All that came in through an identity provider. */
  identityProvider: (id: string) => `identity-provider:${id}`,
  /** All that an OAuth consumer was allowed, or by one of its access tokens. */
  consumer: (id: string) => `consumer:${id}`,
  accessToken: (id: string) => `access-token:${id}`,
} as const;

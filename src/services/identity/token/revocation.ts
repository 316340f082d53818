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
} as const;

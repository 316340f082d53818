import type { Revocation } from "./token/revocation.ts";

/** What identity tells the rest of the cloud, in the past tense. */
export interface IdentityEvents {
  "token.revoked": { revocations: readonly Revocation[] };
  /** What a domain sets for itself. */
  "domain.configured": { domainId: string };
  /** What stands in the answers with tokens besides the tokens: catalogues, roles by their names, service providers. */
  "catalog.changed": object;
  /** The keys that tokens are made with. */
  "identity.changed": { what: string };
}

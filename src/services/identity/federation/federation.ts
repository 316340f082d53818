/** Somebody else who knows users: they log in there. */
export interface IdentityProvider {
  readonly id: string;
  readonly enabled: boolean;
  readonly description: string | null;
  /** Where its users appear. */
  readonly domainId: string;
  /** For how many minutes after a login its users stay in the groups that came with it; its tokens carry those anyhow. */
  readonly authorizationTtl: number | null;
}
export interface KnownProvider extends IdentityProvider {
  /** The names by which it calls itself (an issuer's URL, say). */
  readonly remoteIds: readonly string[];
}
export interface RemoteId {
  readonly remoteId: string;
  readonly idpId: string;
}
/** A way in which a provider's users come, and how what it says of them is read. */
export interface Protocol {
  readonly idpId: string;
  readonly id: string;
  readonly mappingId: string;
  readonly remoteIdAttribute: string | null;
}
/** Another cloud whose users may come from here. */
export interface ServiceProvider {
  readonly id: string;
  readonly authUrl: string;
  readonly spUrl: string;
  readonly enabled: boolean;
  readonly description: string | null;
  readonly relayStatePrefix: string;
}
export interface FederatedUser {
  readonly idpId: string;
  readonly protocolId: string;
  readonly uniqueId: string;
  readonly userId: string;
  readonly displayName: string | null;
}
/** A group that a provider's mapping put a user into at its last login. */
export interface ExpiringMember {
  readonly userId: string;
  readonly groupId: string;
  readonly idpId: string;
  readonly verifiedAt: string;
}
export interface SignIn {
  readonly state: string;
  readonly idpId: string;
  readonly protocolId: string;
  /** The dashboard that gets the token. */
  readonly origin: string;
  readonly sealed: string;
  readonly expiresAt: string;
}

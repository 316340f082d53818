import type { Extra } from "../identity.ts";

/** A program that may ask users to let it act for them. */
export interface Consumer {
  readonly id: string;
  readonly description: string | null;
  readonly secret: string;
  readonly extra: Extra;
}
export type ConsumerRow = Omit<Consumer, "secret"> & { readonly sealed: string };

/** What a consumer holds: first a request, then, once a user has authorised it, access. */
export interface OauthToken {
  readonly id: string;
  readonly kind: "request" | "access";
  readonly consumerId: string;
  readonly projectId: string;
  readonly userId: string | null;
  readonly roleIds: readonly string[];
  readonly verifier: string | null;
  readonly secret: string;
  readonly expiresAt: string | null;
}
export type OauthTokenRow = Omit<OauthToken, "secret"> & { readonly sealed: string };
export interface Nonce {
  readonly consumerId: string;
  readonly nonce: string;
  readonly usedAt: string;
}

/** How long a request may wait for its user, and access lasts, in seconds. */
export const REQUEST_LIFETIME = 8 * 3600;
export const ACCESS_LIFETIME = 24 * 3600;
/** By how much a consumer's clock may be wrong, in seconds. */
export const SKEW = 600;

import type { Actor } from "#platform/api/rules.ts";
import { mayNot } from "../errors.ts";
import { bondsOf, isDelegated } from "../token/bonds.ts";
import type { KeyPair } from "./credential.ts";

/** Through a trust, an application credential or OAuth one reaches the credentials of its project only. */
export function isWithin(actor: Actor, projectId: string | null | undefined): boolean {
  return !isDelegated(actor) || (projectId ?? null) === (actor.projectId ?? null);
}

export function within(actor: Actor, projectId: string | null | undefined, what = "Credential") {
  if (!isWithin(actor, projectId))
    throw mayNot(`${what} project does not match the project scope of the delegated token`);
}

/** A restricted application credential makes no other credentials. */
export function unrestricted(actor: Actor, what: string) {
  if (bondsOf(actor).applicationCredential?.restricted)
    throw mayNot(`Using method 'application_credential' is not allowed for managing additional ${what}.`);
}

/** What a key pair is bound to when it is made: the trust, application credential or OAuth token of its maker. */
export function madeThrough(actor: Actor): Partial<KeyPair> {
  const { trust, applicationCredential, oauth1 } = bondsOf(actor);
  return {
    ...(trust && { trust_id: trust.id }),
    ...(applicationCredential && { app_cred_id: applicationCredential.id }),
    ...(oauth1 && { access_token_id: oauth1.accessTokenId }),
  };
}

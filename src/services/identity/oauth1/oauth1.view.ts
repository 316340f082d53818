import type { Context } from "../kit.ts";
import type { Consumer, OauthToken } from "./oauth1.ts";

/** The secret is shown once: to whoever makes the consumer. */
export function consumerBody({ url }: Context, { id, description, extra }: Consumer) {
  return { ...extra, id, description, links: { self: `${url}/OS-OAUTH1/consumers/${id}` } };
}

export function accessBody({ url }: Context, it: OauthToken) {
  const self = `${url}/users/${it.userId}/OS-OAUTH1/access_tokens/${it.id}`;
  return {
    id: it.id,
    consumer_id: it.consumerId,
    project_id: it.projectId,
    authorizing_user_id: it.userId,
    expires_at: it.expiresAt,
    links: { self, roles: `${self}/roles` },
  };
}

/** What a consumer reads: a form, as OAuth has it; its values are letters, digits and colons, which stand as they are. */
export function secretBody({ id, secret, expiresAt }: OauthToken): string {
  const expires = expiresAt ? `&oauth_expires_at=${expiresAt}` : "";
  return `oauth_token=${id}&oauth_token_secret=${secret}${expires}`;
}

import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import { microsOf, spelt } from "../moment.ts";
import type { Group } from "./group.ts";

export function groupBody(ctx: Context, { id, name, domainId, description, extra }: Group) {
  return { ...extra, id, name, domain_id: domainId, description, ...self(ctx, `/groups/${id}`) };
}

/** A group as one of a user's: with the end of the membership, if it has one. */
export function membershipBody(ctx: Context, it: Group, until: string | undefined) {
  return { ...groupBody(ctx, it), membership_expires_at: until === undefined ? null : spelt(microsOf(until)) };
}

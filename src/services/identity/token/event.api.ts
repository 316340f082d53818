import { badRequest } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { anyQuery } from "../shapes.schema.ts";
import { eventBody } from "./event.view.ts";
import { listRevocationsSince } from "./revocation.store.ts";
import { tokenRules as rule } from "./token.rules.ts";

/** https://docs.openstack.org/api-ref/identity/v3-ext/#os-revoke */
export const revocationEventRoutes = [
  route({ on: "GET /OS-REVOKE/events", rule: rule.list_revoke_events, query: anyQuery, of: () => ({}), run: list }),
];

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await listRevocationsSince(ctx.db, since(query));
  const links = { next: null, self: `${ctx.url}/OS-REVOKE/events`, previous: null };
  return { events: found.map(eventBody), links };
}

function since(query: Filters): string | undefined {
  const text = [query.since ?? []].flat().at(-1);
  if (text === undefined) return undefined;
  const at = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at)) throw badRequest(`invalidate date format ${text}`);
  return new Date(at).toISOString();
}

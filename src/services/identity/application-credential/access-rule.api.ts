import { forbidden } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import * as store from "./access-rule.store.ts";
import { undelegated } from "./application-credential.api.ts";
import { applicationCredentialRules as rule } from "./application-credential.rules.ts";
import { accessRuleBody } from "./application-credential.view.ts";

const query = anyQuery;
const gone = { "3.14": 204 } as const;
const all = "/users/{user_id}/access_rules";
const one = "/users/{user_id}/access_rules/{id}";

/** https://docs.openstack.org/api-ref/identity/v3/#access-rules */
export const accessRuleRoutes = [
  route({ on: `GET ${all}`, rule: rule.list_access_rules, query, of: user, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_access_rule, query, of: named, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete_access_rule, status: gone, of: named, run: remove }),
];

interface Of {
  readonly userId: string;
  readonly id: string;
  readonly target: object;
}

function user(_: Context, { path: { user_id: userId } }: { path: { user_id: string } }) {
  return { userId, target: { user: { id: userId } } };
}

function named(_: Context, { path: { user_id: userId, id } }: { path: { user_id: string; id: string } }): Of {
  return { userId, id, target: { user: { id: userId } } };
}

async function list(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  undelegated(ctx);
  const found = await store.listAccessRules(ctx.db, userId, query);
  const bodies = found.map((it) => accessRuleBody(ctx, it));
  return page(ctx, "access_rules", `/users/${userId}/access_rules`, query, bodies);
}

async function show(ctx: Context, { userId, id }: Of) {
  undelegated(ctx);
  return { access_rule: accessRuleBody(ctx, await store.getAccessRule(ctx.db, userId, id)) };
}

async function remove(ctx: Context, { userId, id }: Of) {
  undelegated(ctx);
  const it = await store.getAccessRule(ctx.db, userId, id);
  if (await store.isRuleInUse(ctx.db, it.id)) throw forbidden("May not delete access rule in use");
  await store.deleteAccessRule(ctx.db, it.id);
}

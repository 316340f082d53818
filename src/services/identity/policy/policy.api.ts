import { sameId } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { associationRoutes } from "./association.api.ts";
import { policyRules as rule } from "./policy.rules.ts";
import { changePolicy, createPolicy, type PolicyFields, policyNames } from "./policy.schema.ts";
import * as store from "./policy.store.ts";
import type { Policy } from "./policy.ts";
import { policyBody } from "./policy.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const cloud = () => ({});

export const policyRoutes = [
  route({ on: "GET /policies", rule: rule.list_policies, query, of: cloud, run: list }),
  route({ on: "POST /policies", rule: rule.create_policy, body: createPolicy, status: made, of: cloud, run: create }),
  route({ on: "GET /policies/{id}", rule: rule.get_policy, query, of: load, run: show }),
  route({ on: "PATCH /policies/{id}", rule: rule.update_policy, body: changePolicy, of: load, run: change }),
  route({ on: "DELETE /policies/{id}", rule: rule.delete_policy, status: gone, of: load, run: remove }),
  ...associationRoutes,
];

interface Loaded {
  readonly it: Policy;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  return { it: await store.getPolicy(db, path.id), target: {} };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const found = await store.listPolicies(ctx.db, query);
  return page(
    ctx,
    "policies",
    "/policies",
    query,
    found.map((it) => policyBody(ctx, it)),
  );
}

async function create(ctx: Context, _: object, { body }: { body: { policy: PolicyFields } }) {
  const { type, blob } = body.policy;
  const it = { id: hexId(ctx.newId()), type, blob, extra: extraOf(body.policy, policyNames) };
  await store.insertPolicy(ctx.db, it);
  return { policy: policyBody(ctx, it) };
}

function show(ctx: Context, { it }: Loaded) {
  return { policy: policyBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: { policy: Partial<PolicyFields> } }) {
  sameId(it, body.policy);
  const { type, blob } = body.policy;
  const extra = extraOf(body.policy, policyNames);
  const more = Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined;
  const to = defined({ type, blob, extra: more });
  await store.changePolicy(ctx.db, it.id, to);
  return { policy: policyBody(ctx, { ...it, ...to }) };
}

async function remove({ db }: Context, { it }: Loaded) {
  await store.deletePolicy(db, it.id);
}

import type { Rule } from "#platform/api/rules.ts";
import { mayNot } from "../errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { listRolesOf } from "../role/role.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { bondsOf } from "../token/bonds.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { drawUp } from "./draw-up.api.ts";
import { trustRules as rule } from "./trust.rules.ts";
import { type CreateTrust, createTrust } from "./trust.schema.ts";
import * as store from "./trust.store.ts";
import type { Trust } from "./trust.ts";
import { trustBody, trustBrief } from "./trust.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const all = "/OS-TRUST/trusts";
const one = "/OS-TRUST/trusts/{id}";

/** https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api */
export const trustRoutes = [
  route({ on: `GET ${all}`, rule: rule.list, query, of: parties, run: list }),
  route({ on: `POST ${all}`, rule: rule.create_trust, body: createTrust, status: made, of: asked, run: create }),
  route({ on: `GET ${one}`, rule: rule.get_trust, query, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete_trust, status: gone, of: load, run: remove }),
];

export interface Loaded {
  readonly it: Trust;
  readonly target: object;
}
const about = (trustorUserId?: string, trusteeUserId?: string) => ({
  target: { trust: { trustorUserId, trusteeUserId } },
});

/** The trust of the path, as what the rules are asked about. */
export async function load(ctx: Context, { path: { id } }: { path: { readonly id: string } }): Promise<Loaded> {
  const it = await store.getTrust(ctx.db, id, ctx.now);
  return { it, ...about(it.trustorUserId, it.trusteeUserId) };
}

/** An application credential neither makes, shows nor ends trusts. */
export function byOneself({ actor }: Context) {
  if (bondsOf(actor).applicationCredential)
    throw mayNot("Using method 'application_credential' is not allowed for managing trusts");
}

function asked(_: Context, { body }: { body: CreateTrust }) {
  return about(body.trust.trustor_user_id, body.trust.trustee_user_id);
}

function parties(ctx: Context, { query }: { query: Filters }): store.Parties & { target: object } {
  const [trustorUserId, trusteeUserId] = [last(query.trustor_user_id), last(query.trustee_user_id)];
  const { target } = about(trustorUserId, trusteeUserId);
  const lists: Rule = trustorUserId
    ? rule.list_trusts_for_trustor
    : trusteeUserId
      ? rule.list_trusts_for_trustee
      : rule.list_trusts;
  if (!ctx.may(lists, { target })) throw mayNot(lists.name);
  return trustorUserId ? { trustorUserId, target } : { trusteeUserId, target };
}

function last(it: Filters[string]): string | undefined {
  return [it ?? []].flat().at(-1);
}

async function list(ctx: Context, who: ReturnType<typeof parties>, { query }: { query: Filters }) {
  byOneself(ctx);
  const found = await store.listTrusts(ctx.db, who);
  const bodies = found.map((it) => trustBrief(ctx, it));
  return collection(ctx, "trusts", all, query, bodies);
}

async function show(ctx: Context, { it }: Loaded) {
  byOneself(ctx);
  await store.pedigree(ctx.db, it, ctx.now);
  return { trust: trustBody(ctx, it, await listRolesOf(ctx.db, it.roleIds)) };
}

async function create(ctx: Context, _: object, { body }: { body: CreateTrust }) {
  byOneself(ctx);
  const it = await drawUp(ctx, body.trust);
  await store.insertTrust(ctx.db, it);
  return { trust: trustBody(ctx, it, await listRolesOf(ctx.db, it.roleIds)) };
}

async function remove(ctx: Context, { it }: Loaded) {
  byOneself(ctx);
  const ended = await store.deleteTrust(ctx.db, it.id);
  await revoke(ctx, ...ended.map((id) => mark.trust(id)));
}

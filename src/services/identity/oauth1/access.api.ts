import { missing } from "../errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection, self } from "../links.view.ts";
import { listRoles } from "../role/role.store.ts";
import type { Role } from "../role/role.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { oauth1Rules as rule } from "./oauth1.rules.ts";
import * as store from "./oauth1.store.ts";
import type { OauthToken } from "./oauth1.ts";
import { accessBody } from "./oauth1.view.ts";

const query = anyQuery;
const gone = { "3.14": 204 } as const;
const all = "/users/{user_id}/OS-OAUTH1/access_tokens";
const one = "/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}";

/** What a user has let consumers do. */
export const accessRoutes = [
  route({ on: `GET ${all}`, rule: rule.list_access_tokens, query, of: owner, run: list }),
  route({ on: `GET ${one}`, rule: rule.get_access_token, query, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete_access_token, status: gone, of: load, run: remove }),
  route({ on: `GET ${one}/roles`, rule: rule.list_access_token_roles, query, of: load, run: roles }),
  route({ on: `GET ${one}/roles/{role_id}`, rule: rule.get_access_token_role, query, of: load, run: role }),
];

interface Loaded {
  readonly it: OauthToken;
  readonly target: object;
}
interface Path {
  readonly user_id: string;
  readonly access_token_id: string;
}

function owner(_: Context, { path: { user_id: userId } }: { path: { user_id: string } }) {
  return { userId };
}

async function load({ db }: Context, { path }: { path: Path }): Promise<Loaded> {
  return { it: await store.getAccess(db, path.user_id, path.access_token_id), target: {} };
}

async function list(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  const found = (await store.listAccess(ctx.db, userId)).map((it) => accessBody(ctx, it));
  return collection(ctx, "access_tokens", `/users/${userId}/OS-OAUTH1/access_tokens`, query, found);
}

function show(ctx: Context, { it }: Loaded) {
  return { access_token: accessBody(ctx, it) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteToken(ctx.db, it.id);
  await revoke(ctx, mark.accessToken(it.id));
}

async function roles(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = (await given(ctx, it)).map((one) => roleBody(ctx, one));
  const path = `/users/${it.userId}/OS-OAUTH1/access_tokens/${it.id}/roles`;
  return collection(ctx, "roles", path, query, found);
}

async function role(ctx: Context, { it }: Loaded, { path }: { path: { role_id: string } }) {
  const found = (await given(ctx, it)).find(({ id }) => id === path.role_id);
  if (!found) throw missing("role", path.role_id);
  return { role: roleBody(ctx, found) };
}

async function given({ db }: Context, { roleIds }: OauthToken): Promise<Role[]> {
  return (await listRoles(db, {})).filter(({ id }) => roleIds.includes(id));
}

function roleBody(ctx: Context, { id, name, domainId }: Role) {
  return { id, name, domain_id: domainId, ...self(ctx, `/roles/${id}`) };
}

import { notFound } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { collection } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { getUser } from "../user/user.store.ts";
import { userBody } from "../user/user.view.ts";
import { type Loaded, load } from "./group.api.ts";
import { groupRules as rule } from "./group.rules.ts";
import { deleteMember, insertMember, isMember, listMembers } from "./group.store.ts";

const query = anyQuery;
const one = "/groups/{id}/users/{user_id}";
const gone = { "3.14": 204 } as const;

export const memberRoutes = [
  route({ on: "GET /groups/{id}/users", rule: rule.list_users_in_group, query, of: load, run: list }),
  route({ on: `PUT ${one}`, rule: rule.add_user_to_group, status: gone, of: load, run: add }),
  route({ on: `HEAD ${one}`, rule: rule.check_user_in_group, status: gone, of: load, run: check }),
  route({ on: `GET ${one}`, rule: rule.check_user_in_group, query, status: gone, of: load, run: check }),
  route({ on: `DELETE ${one}`, rule: rule.remove_user_from_group, status: gone, of: load, run: remove }),
];

interface Named {
  readonly path: { readonly user_id: string };
}

async function list(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = await listMembers(ctx.db, it.id, query);
  return collection(
    ctx,
    "users",
    `/groups/${it.id}/users`,
    query,
    found.map((one) => userBody(ctx, one)),
  );
}

async function add({ db }: Context, { it }: Loaded, { path }: Named) {
  const { id } = await getUser(db, path.user_id);
  await insertMember(db, { groupId: it.id, userId: id });
}

async function check({ db }: Context, { it }: Loaded, { path }: Named) {
  const { id } = await getUser(db, path.user_id);
  if (!(await isMember(db, { groupId: it.id, userId: id }))) throw noMember(id, it.id);
}

async function remove(ctx: Context, { it }: Loaded, { path }: Named) {
  const { id } = await getUser(ctx.db, path.user_id);
  if (!(await deleteMember(ctx.db, { groupId: it.id, userId: id }))) throw noMember(id, it.id);
  await revoke(ctx, mark.user(id));
}

function noMember(userId: string, groupId: string) {
  return notFound(`User '${userId}' not found in group '${groupId}'.`);
}

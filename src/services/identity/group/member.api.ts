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
import type { Member } from "./group.ts";

const query = anyQuery;
const one = "/groups/{id}/users/{user_id}";
const gone = { "3.14": 204 } as const;

export const memberRoutes = [
  route({ on: "GET /groups/{id}/users", rule: rule.list_users_in_group, query, of: load, run: list }),
  route({ on: `PUT ${one}`, rule: rule.add_user_to_group, status: gone, of: pair, run: add }),
  route({ on: `HEAD ${one}`, rule: rule.check_user_in_group, status: gone, of: pair, run: check }),
  route({ on: `GET ${one}`, rule: rule.check_user_in_group, query, status: gone, of: pair, run: check }),
  route({ on: `DELETE ${one}`, rule: rule.remove_user_from_group, status: gone, of: pair, run: remove }),
];

interface Named {
  readonly path: { readonly id: string; readonly user_id: string };
}
interface Pair {
  readonly it: Member;
  readonly target: object;
}

/** The group and the user of the path. */
async function pair(ctx: Context, { path }: Named): Promise<Pair> {
  const [{ it: group, target }, user] = [await load(ctx, { path }), await getUser(ctx.db, path.user_id)];
  const { id, domainId } = user;
  return { it: { groupId: group.id, userId: id }, target: { ...target, user: { id, domainId } } };
}

async function list(ctx: Context, { it }: Loaded, { query }: { query: Filters }) {
  const found = await listMembers(ctx.db, it.id, query, ctx.actor.domainId);
  return collection(
    ctx,
    "users",
    `/groups/${it.id}/users`,
    query,
    found.map((one) => userBody(ctx, one)),
  );
}

async function add({ db }: Context, { it }: Pair) {
  await insertMember(db, it);
}

async function check({ db }: Context, { it }: Pair) {
  if (!(await isMember(db, it))) throw noMember(it);
}

async function remove(ctx: Context, { it }: Pair) {
  if (!(await deleteMember(ctx.db, it))) throw noMember(it);
  await revoke(ctx, mark.user(it.userId));
}

function noMember({ userId, groupId }: Member) {
  return notFound(`User '${userId}' not found in group '${groupId}'.`);
}

import { notFound } from "#platform/api/errors.ts";
import { seeUsers } from "../directory/directory.store.ts";
import { publicId, readOnly } from "../directory/directory.ts";
import { answered } from "../directory/elsewhere.api.ts";
import { type Home, homeOfUser, presentAt } from "../directory/home.api.ts";
import type { DirectoryUser, IdentityDriver, Present } from "../driver.ts";
import { missing } from "../errors.ts";
import type { Filters } from "../identity.ts";
import { asking, type Context, route } from "../kit.ts";
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
  asking({ on: "GET /groups/{id}/users", rule: rule.list_users_in_group, query, of: load, call: seek, run: list }),
  route({ on: `PUT ${one}`, rule: rule.add_user_to_group, status: gone, of: pair, run: add }),
  ...(["HEAD", "GET"] as const).map((method) =>
    asking({
      on: `${method} ${one}`,
      rule: rule.check_user_in_group,
      query,
      status: gone,
      of: pair,
      call: seekMember,
      run: check,
    }),
  ),
  route({ on: `DELETE ${one}`, rule: rule.remove_user_from_group, status: gone, of: pair, run: remove }),
];

interface Named {
  readonly path: { readonly id: string; readonly user_id: string };
}
interface Pair {
  readonly it: Member;
  /** Where the group is kept, and where the user is. */
  readonly homes: { readonly group: Home | undefined; readonly user: Home | undefined };
  readonly target: object;
}

/** The group and the user of the path. */
async function pair(ctx: Context, { path }: Named): Promise<Pair> {
  const [{ it: group, home, target }, user] = [await load(ctx, { path }), await getUser(ctx.db, path.user_id)];
  const { id, domainId } = user;
  const homes = { group: home, user: await homeOfUser(ctx, user) };
  return { it: { groupId: group.id, userId: id }, homes, target: { ...target, user: { id, domainId } } };
}

/** Who is in a group that is kept elsewhere. */
async function seek(driver: IdentityDriver, { it, home }: Loaded): Promise<readonly DirectoryUser[] | undefined> {
  if (!home) return undefined;
  const found = await answered(driver, home.at, (directories) => directories.members(home.at, home.localId));
  if (!found) throw missing("group", it.id);
  return found;
}

async function list(
  ctx: Context,
  { it }: Loaded,
  { query }: { query: Filters },
  live: readonly DirectoryUser[] | undefined,
) {
  const seen = live && (await seeUsers(ctx.db, it.domainId, live, ctx.now));
  const found = await listMembers(ctx.db, it.id, query, { domainId: ctx.actor.domainId, seen });
  return collection(
    ctx,
    "users",
    `/groups/${it.id}/users`,
    query,
    found.map((one) => userBody(ctx, one)),
  );
}

async function add({ db }: Context, { it, homes }: Pair) {
  if (homes.group) throw readOnly();
  await insertMember(db, it);
}

/** A user of the group's directory, with its groups there. */
async function seekMember(driver: IdentityDriver, { it, homes }: Pair): Promise<Present | undefined> {
  return homes.group && presentAt(driver, { id: it.userId, home: homes.user });
}

async function check(ctx: Context, { it, homes }: Pair, _: object, live: Present | undefined) {
  const here = homes.group ? false : await isMember(ctx, it);
  const there = live?.groups?.some(
    ({ localId }) => publicId(homes.group!.at.domainId, "group", localId) === it.groupId,
  );
  if (!here && !there) throw noMember(it);
}

async function remove(ctx: Context, { it, homes }: Pair) {
  if (homes.group) throw readOnly();
  if (!(await deleteMember(ctx.db, it))) throw noMember(it);
  await revoke(ctx, mark.user(it.userId));
}

function noMember({ userId, groupId }: Member) {
  return notFound(`User '${userId}' not found in group '${groupId}'.`);
}

import { badRequest } from "#platform/api/errors.ts";
import { findSource, seeUsers } from "../directory/directory.store.ts";
import { readOnly } from "../directory/directory.ts";
import {
  type Answers,
  answered,
  complete,
  limitOf,
  type Sources,
  seenUsers,
  sources,
  usersElsewhere,
} from "../directory/elsewhere.api.ts";
import { type Home, homeOfUser } from "../directory/home.api.ts";
import type { DirectoryUser, IdentityDriver, PasswordDriver } from "../driver.ts";
import { missing } from "../errors.ts";
import { tie, tiesOf } from "../federation/ties.work.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { asking, type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { findProject, getDomain } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { dated, looksRight } from "./compliance.ts";
import { retire } from "./judge.work.ts";
import { userRules as rule } from "./user.rules.ts";
import { type ChangeUser, type CreateUser, changeUser, createUser, userNames } from "./user.schema.ts";
import * as store from "./user.store.ts";
import { type User, withOptions } from "./user.ts";
import { userBody } from "./user.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const userRoutes = [
  asking({ on: "GET /users", rule: rule.list_users, query, of: domainOf, call: elsewhere, run: list }),
  asking({ on: "GET /users/{id}", rule: rule.get_user, query, of: load, call: seek, run: show }),
  asking({
    on: "POST /users",
    rule: rule.create_user,
    body: createUser,
    status: made,
    of: place,
    call: hashNew,
    run: create,
  }),
  asking({ on: "PATCH /users/{id}", rule: rule.update_user, body: changeUser, of: load, call: hash, run: change }),
  route({ on: "DELETE /users/{id}", rule: rule.delete_user, status: gone, of: load, run: remove }),
];

interface Queried {
  readonly query: Filters;
}
export interface Loaded {
  readonly it: User;
  /** Set: it is kept there, and only read from here. */
  readonly home: Home | undefined;
  readonly target: object;
}
interface Listed extends Sources {
  readonly target: object;
}

/** A list shows all that there is, or to a domain's own reader what is in that domain. */
async function domainOf(ctx: Context, { query }: Queried): Promise<Listed> {
  const { domainId } = ctx.actor;
  const asked = domainId ?? [query.domain_id ?? []].flat().at(-1);
  return { ...(await sources(ctx, asked)), target: { domainId } };
}

function elsewhere(driver: IdentityDriver, it: Listed, { query }: Queried): Promise<Answers<DirectoryUser>> {
  return usersElsewhere(driver, it, query);
}

/** The user of the path, as what the rule is asked about. */
export async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  const it = await store.getUser(db, path.id);
  return { it, home: await homeOfUser({ db }, it), target: { user: { id: it.id, domainId: it.domainId } } };
}

/** What its directory says of a user now. */
async function seek(driver: IdentityDriver, { it, home }: Loaded): Promise<DirectoryUser | undefined> {
  if (!home) return undefined;
  const found = await answered(driver, home.at, (directories) => directories.user(home.at, home.localId));
  if (!found) throw missing("user", it.id);
  return found;
}

interface Place {
  readonly domainId: string;
  readonly target: object;
}

function place({ actor }: Context, { body }: { body: CreateUser }): Place {
  const domainId = body.user.domain_id ?? actor.domainId ?? actor.projectDomainId ?? "default";
  return { domainId, target: { user: { domainId } } };
}

/** What is to be stored for the password in the body, if it has one. */
async function hash(
  driver: PasswordDriver,
  _: object,
  { body }: { body: ChangeUser },
): Promise<string | null | undefined> {
  const { password } = body.user;
  return typeof password === "string" ? driver.hash(password) : password;
}

function hashNew(driver: PasswordDriver, it: object, input: { body: CreateUser }) {
  return hash(driver, it, input);
}

async function list(ctx: Context, it: Listed, { query }: Queried, answers: Answers<DirectoryUser>) {
  const seen = it.elsewhere.length > 0 ? await seenUsers(ctx, answers) : undefined;
  const all = await store.listUsers(ctx.db, query, ctx.actor.domainId, seen);
  const found = all.slice(0, limitOf(it));
  const own = found.filter(({ directoryId }) => !directoryId); // who is kept in a directory stands for nobody else
  const ties = await tiesOf(
    ctx,
    own.map(({ id }) => id),
  );
  const body = page(
    ctx,
    "users",
    "/users",
    query,
    found.map((it) => userBody(ctx, it, ties.get(it.id))),
  );
  return complete(found.length < all.length ? { ...body, truncated: true } : body, found, query, answers);
}

async function show(ctx: Context, { it }: Loaded, _: object, live: DirectoryUser | undefined) {
  if (live) await seeUsers(ctx.db, it.domainId, [live], ctx.now);
  return shown(ctx, { ...it, ...live });
}

async function create(ctx: Context, { domainId }: Place, { body }: { body: CreateUser }, hash?: string | null) {
  const { user: asked } = body;
  await getDomain(ctx.db, domainId);
  if (await findSource(ctx.db, { id: domainId })) throw readOnly();
  await homeFits(ctx, asked.default_project_id);
  looksRight(ctx.settings, asked.password);
  const options = withOptions({}, asked.options);
  const it: User = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId,
    enabled: asked.enabled ?? true,
    defaultProjectId: asked.default_project_id ?? null,
    passwordHash: hash ?? null,
    ...(hash && dated(ctx.settings, options, ctx.now, false)),
    options,
    extra: extraOf(asked, userNames),
    createdAt: ctx.now,
  };
  await store.insertUser(ctx.db, it);
  await tie(ctx, it.id, it.name, asked.federated);
  return shown(ctx, it);
}

async function shown(ctx: Context, it: User) {
  return { user: userBody(ctx, it, (await tiesOf(ctx, [it.id])).get(it.id)) };
}

async function change(ctx: Context, { it, home }: Loaded, { body }: { body: ChangeUser }, hash?: string | null) {
  if (home) throw readOnly();
  const { user: asked } = body;
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId) throw badRequest("Cannot change Domain ID");
  await homeFits(ctx, asked.default_project_id);
  looksRight(ctx.settings, asked.password);
  if (hash !== undefined) await retire(ctx, it);
  const options = withOptions(it.options, asked.options);
  const extra = extraOf(asked, userNames);
  const to = defined({
    name: asked.name?.trim(),
    enabled: asked.enabled,
    defaultProjectId: asked.default_project_id,
    passwordHash: hash,
    ...(hash && dated(ctx.settings, options, ctx.now, false)),
    ...(asked.enabled && { failedLogins: 0, failedAt: null, activeAt: ctx.now }),
    options: asked.options && options,
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole = { ...it, ...to };
  await store.changeUser(ctx.db, it, to);
  await tie(ctx, it.id, whole.name, asked.federated);
  if (hash !== undefined || (it.enabled && !whole.enabled)) await revoke(ctx, mark.user(it.id));
  return shown(ctx, whole);
}

async function remove(ctx: Context, { it, home }: Loaded) {
  if (home) throw readOnly();
  await store.deleteUser(ctx.db, it.id);
  await revoke(ctx, mark.user(it.id));
}

async function homeFits({ db }: Context, id: string | null | undefined) {
  if (id && (await findProject(db, id))?.isDomain)
    throw badRequest(`User's default project ID cannot be a domain ID: ${id}`);
}

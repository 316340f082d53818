import { badRequest } from "#platform/api/errors.ts";
import type { PasswordDriver } from "../driver.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { asking, type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { findProject, getDomain } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { userRules as rule } from "./user.rules.ts";
import { type ChangeUser, type CreateUser, changeUser, createUser, userNames } from "./user.schema.ts";
import * as store from "./user.store.ts";
import type { User } from "./user.ts";
import { userBody } from "./user.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

export const userRoutes = [
  route({ on: "GET /users", rule: rule.list_users, query, of: domainOf, run: list }),
  route({ on: "GET /users/{id}", rule: rule.get_user, query, of: load, run: show }),
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
  readonly target: object;
}

/** A list shows all that there is, or to a domain's own reader what is in that domain. */
function domainOf({ actor }: Context) {
  return { target: { domainId: actor.domainId } };
}

/** The user of the path, as what the rule is asked about. */
export async function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Loaded> {
  const it = await store.getUser(db, path.id);
  return { it, target: { user: { id: it.id, domainId: it.domainId } } };
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

async function list(ctx: Context, _: object, { query }: Queried) {
  const found = await store.listUsers(ctx.db, query, ctx.actor.domainId);
  return page(
    ctx,
    "users",
    "/users",
    query,
    found.map((it) => userBody(ctx, it)),
  );
}

function show(ctx: Context, { it }: Loaded) {
  return { user: userBody(ctx, it) };
}

async function create(ctx: Context, { domainId }: Place, { body }: { body: CreateUser }, hash?: string | null) {
  const { user: asked } = body;
  await getDomain(ctx.db, domainId);
  await homeFits(ctx, asked.default_project_id);
  const it: User = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId,
    enabled: asked.enabled ?? true,
    defaultProjectId: asked.default_project_id ?? null,
    passwordHash: hash ?? null,
    options: asked.options ?? {},
    extra: extraOf(asked, userNames),
    createdAt: ctx.now,
  };
  await store.insertUser(ctx.db, it);
  return { user: userBody(ctx, it) };
}

async function change(ctx: Context, { it }: Loaded, { body }: { body: ChangeUser }, hash?: string | null) {
  const { user: asked } = body;
  if (asked.domain_id !== undefined && asked.domain_id !== it.domainId) throw badRequest("Cannot change Domain ID");
  await homeFits(ctx, asked.default_project_id);
  const extra = extraOf(asked, userNames);
  const to = defined({
    name: asked.name?.trim(),
    enabled: asked.enabled,
    defaultProjectId: asked.default_project_id,
    passwordHash: hash,
    options: asked.options && { ...it.options, ...asked.options },
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole = { ...it, ...to };
  await store.changeUser(ctx.db, it, to);
  if (hash !== undefined || (it.enabled && !whole.enabled)) await revoke(ctx, mark.user(it.id));
  return { user: userBody(ctx, whole) };
}

async function remove(ctx: Context, { it }: Loaded) {
  await store.deleteUser(ctx.db, it.id);
  await revoke(ctx, mark.user(it.id));
}

async function homeFits({ db }: Context, id: string | null | undefined) {
  if (id && (await findProject(db, id))?.isDomain)
    throw badRequest(`User's default project ID cannot be a domain ID: ${id}`);
}

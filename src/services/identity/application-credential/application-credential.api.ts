import { badRequest, forbidden } from "#platform/api/errors.ts";
import { unrestricted } from "../credential/bounds.ts";
import type { PasswordDriver } from "../driver.ts";
import { mayNot, missing } from "../errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { type Filters, hexId } from "../identity.ts";
import { asking, type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { microsToCome } from "../moment.ts";
import { getRoleNamed, listImplied, listRolesOf } from "../role/role.store.ts";
import { implied, type Role } from "../role/role.ts";
import { anyQuery } from "../shapes.schema.ts";
import { bondsOf, isDelegated } from "../token/bonds.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { ensureAccessRule, getAccessRule } from "./access-rule.store.ts";
import { applicationCredentialRules as rule } from "./application-credential.rules.ts";
import {
  type AskedRule,
  type CreateApplicationCredential,
  createApplicationCredential,
} from "./application-credential.schema.ts";
import * as store from "./application-credential.store.ts";
import type { ApplicationCredential } from "./application-credential.ts";
import { applicationCredentialBody } from "./application-credential.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const all = "/users/{user_id}/application_credentials";
const one = "/users/{user_id}/application_credentials/{id}";

/** https://docs.openstack.org/api-ref/identity/v3/#application-credentials */
export const applicationCredentialRoutes = [
  route({ on: `GET ${all}`, rule: rule.list_application_credentials, query, of: owner, run: list }),
  asking({
    on: `POST ${all}`,
    rule: rule.create_application_credential,
    body: createApplicationCredential,
    status: made,
    of: draft,
    call: hash,
    run: create,
  }),
  route({ on: `GET ${one}`, rule: rule.get_application_credential, query, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete_application_credential, status: gone, of: load, run: remove }),
];

interface Path {
  readonly path: { readonly user_id: string };
}
interface Asked {
  readonly body: CreateApplicationCredential;
}

function owner(_: Context, { path: { user_id: userId } }: Path) {
  return { userId };
}

interface Loaded {
  readonly userId: string;
  readonly id: string;
  readonly it: ApplicationCredential | undefined;
}

/** Whose it is says the credential, not the path; of one that is not there, the path. */
async function load({ db }: Context, { path }: { path: { user_id: string; id: string } }): Promise<Loaded> {
  const it = await store.findApplicationCredential(db, path.id);
  return { userId: it?.userId ?? path.user_id, id: path.id, it };
}

/** What somebody holds of another's, by a trust or OAuth, is not turned into something that outlives it. */
export function undelegated({ actor }: Context) {
  const { trust, oauth1 } = bondsOf(actor);
  if (trust ?? oauth1) throw forbidden("You are not authorized to perform the requested action.");
}

async function list(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  undelegated(ctx);
  const found = await store.listApplicationCredentials(ctx.db, userId, query);
  const bodies = found.map((it) => applicationCredentialBody(ctx, it));
  return page(ctx, "application_credentials", `/users/${userId}/application_credentials`, query, bodies);
}

async function show(ctx: Context, { it, id }: Loaded) {
  undelegated(ctx);
  if (!it) throw missing("Application Credential", id);
  return { application_credential: applicationCredentialBody(ctx, it) };
}

interface Draft {
  readonly userId: string;
  readonly secret: string;
}

function draft(ctx: Context, { path, body }: Path & Asked): Draft {
  const { secret } = body.application_credential;
  return { userId: path.user_id, secret: secret || newSecret(ctx) };
}

/** Two ids' worth of chance and more. */
function newSecret(ctx: Context): string {
  const bytes = Array.from({ length: 4 }, () => Buffer.from(hexId(ctx.newId()), "hex"));
  return Buffer.concat(bytes).toString("base64url");
}

function hash(driver: PasswordDriver, { secret }: Draft): Promise<string> {
  return driver.hash(secret);
}

async function create(ctx: Context, { userId, secret }: Draft, { body }: Asked, secretHash: string) {
  const { actor } = ctx;
  undelegated(ctx);
  unrestricted(actor, "application credentials");
  if (actor.userId !== userId) throw mayNot("Cannot create an application credential for another user.");
  if (!actor.projectId) throw mayNot(rule.create_application_credential.name);
  const { application_credential: asked } = body;
  const it: ApplicationCredential = {
    id: hexId(ctx.newId()),
    name: asked.name,
    userId,
    projectId: actor.projectId,
    description: asked.description ?? null,
    secretHash,
    unrestricted: asked.unrestricted ?? false,
    expiresUs: asked.expires_at ? microsToCome(asked.expires_at, ctx.now) : null,
    roles: await rolesOf(ctx, userId, actor.projectId, asked.roles ?? []),
    accessRules: await rulesOf(ctx, userId, asked.access_rules ?? []),
  };
  await store.insertApplicationCredential(ctx.db, it);
  return { application_credential: { ...applicationCredentialBody(ctx, it), secret } };
}

type AskedRoles = NonNullable<CreateApplicationCredential["application_credential"]["roles"]>;

/** Those that are asked for and what they imply, or all that the user has; never more than was lent to who asks. */
async function rolesOf({ db, actor }: Context, userId: string, projectId: string, asked: AskedRoles): Promise<Role[]> {
  const held = await listEffectiveRoles(db, userId, { projectId, domainId: null });
  const mine = isDelegated(actor) ? held.filter(({ name }) => actor.roles.includes(name)) : held;
  const ids =
    asked.length > 0
      ? await Promise.all(asked.map(async ({ id, name }) => id ?? (await getRoleNamed(db, name!)).id))
      : mine.map(({ id }) => id);
  const all = [...implied(ids, await listImplied(db)).keys()];
  const unassigned = "Invalid application credential: Cannot create an application credential with unassigned role";
  if (!all.every((id) => mine.some((it) => it.id === id))) throw badRequest(unassigned);
  return listRolesOf(db, all);
}

async function rulesOf(ctx: Context, userId: string, asked: readonly AskedRule[]) {
  const found = new Map<string, Awaited<ReturnType<typeof getAccessRule>>>();
  for (const one of asked) {
    const it = await ruleOf(ctx, userId, one);
    found.set(it.id, it);
  }
  return [...found.values()].map(({ id, service, method, path }) => ({ id, service, method, path }));
}

function ruleOf(ctx: Context, userId: string, { id, service, method, path }: AskedRule) {
  if (service && method && path)
    return ensureAccessRule(ctx.db, { id: hexId(ctx.newId()), userId, service, method, path });
  if (id && !service && !method && !path) return getAccessRule(ctx.db, userId, id);
  throw badRequest("Invalid application credential: an access rule has a service, a method and a path, or an id");
}

async function remove(ctx: Context, { it, id }: Loaded) {
  undelegated(ctx);
  unrestricted(ctx.actor, "application credentials");
  if (!it) throw missing("Application Credential", id);
  await store.deleteApplicationCredential(ctx.db, it.id);
  await revoke(ctx, mark.applicationCredential(it.id));
}

import { forbidden } from "#platform/api/errors.ts";
import { unrestricted } from "../credential/bounds.ts";
import type { PasswordDriver } from "../driver.ts";
import { mayNot, missing } from "../errors.ts";
import { type Filters, hexId } from "../identity.ts";
import { asking, type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { bondsOf } from "../token/bonds.ts";
import { revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { applicationCredentialRules as rule } from "./application-credential.rules.ts";
import { type CreateApplicationCredential, createApplicationCredential } from "./application-credential.schema.ts";
import * as store from "./application-credential.store.ts";
import type { ApplicationCredential } from "./application-credential.ts";
import { applicationCredentialBody } from "./application-credential.view.ts";
import { drawUp } from "./draw-up.api.ts";

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
  const it = await drawUp(ctx, body.application_credential, { userId, projectId: actor.projectId, secretHash });
  await store.insertApplicationCredential(ctx.db, it);
  return { application_credential: { ...applicationCredentialBody(ctx, it), secret } };
}

async function remove(ctx: Context, { it, id }: Loaded) {
  undelegated(ctx);
  unrestricted(ctx.actor, "application credentials");
  if (!it) throw missing("Application Credential", id);
  await store.deleteApplicationCredential(ctx.db, it.id);
  await revoke(ctx, mark.applicationCredential(it.id));
}

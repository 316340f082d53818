import { badRequest } from "#platform/api/errors.ts";
import { expecting, mayNot } from "../errors.ts";
import { defined, extraOf, type Filters, hexId } from "../identity.ts";
import { type Context, route } from "../kit.ts";
import { page } from "../links.view.ts";
import { anyQuery } from "../shapes.schema.ts";
import { isWithin, madeThrough, unrestricted, within } from "./bounds.ts";
import { credentialRules as rule } from "./credential.rules.ts";
import {
  type ChangeCredential,
  type CreateCredential,
  changeCredential,
  createCredential,
  credentialNames,
} from "./credential.schema.ts";
import * as store from "./credential.store.ts";
import { type Credential, idOfAccess, isEc2, type KeyPair } from "./credential.ts";
import { credentialBody } from "./credential.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;

/** https://docs.openstack.org/api-ref/identity/v3/#credentials */
export const credentialRoutes = [
  route({ on: "GET /credentials", rule: rule.list_credentials, query, of: own, run: list }),
  route({
    on: "POST /credentials",
    rule: rule.create_credential,
    body: createCredential,
    status: made,
    of: asked,
    run: create,
  }),
  route({ on: "GET /credentials/{id}", rule: rule.get_credential, query, of: load, run: show }),
  route({ on: "PATCH /credentials/{id}", rule: rule.update_credential, body: changeCredential, of: load, run: change }),
  route({ on: "DELETE /credentials/{id}", rule: rule.delete_credential, status: gone, of: load, run: remove }),
];

interface Loaded {
  readonly id: string;
  /** Who may not see any finds out by the rule that it is none of theirs. */
  readonly it: Credential | undefined;
  readonly target: object;
}
const about = (userId: string | undefined) => ({ target: { credential: { userId } } });

function own({ actor }: Context) {
  return actor.system ? {} : about(actor.userId);
}

function asked(_: Context, { body }: { body: CreateCredential }) {
  return about(body.credential.user_id);
}

async function load({ db }: Context, { path: { id } }: { path: { id: string } }): Promise<Loaded> {
  const it = await store.findCredential(db, id);
  return { id, it, ...about(it?.userId) };
}

async function list(ctx: Context, _: object, { query }: { query: Filters }) {
  const { actor } = ctx;
  const found = await store.listCredentials(
    ctx.db,
    query,
    ({ userId, projectId }) => ctx.may(rule.get_credential, about(userId)) && isWithin(actor, projectId),
  );
  const bodies = found.map((it) => credentialBody(ctx, it));
  return page(ctx, "credentials", "/credentials", query, bodies);
}

async function show(ctx: Context, loaded: Loaded) {
  return { credential: credentialBody(ctx, await mine(ctx, loaded)) };
}

/** The credential, if it is within the bounds of the token. */
async function mine({ db, actor }: Context, { id, it }: Loaded): Promise<Credential> {
  const found = it ?? (await store.getCredential(db, id));
  within(actor, found.projectId);
  return found;
}

async function create(ctx: Context, _: object, { body }: { body: CreateCredential }) {
  const { credential: asked } = body;
  if (isEc2(asked.type)) {
    if (!asked.project_id) throw expecting("project_id", "credential");
    unrestricted(ctx.actor, "credentials");
  }
  within(ctx.actor, asked.project_id);
  const it: Credential = {
    ...identified(ctx, asked.type, asked.blob),
    userId: asked.user_id,
    projectId: asked.project_id ?? null,
    type: asked.type,
    extra: extraOf(asked, credentialNames),
  };
  await store.insertCredential(ctx.db, it);
  return { credential: credentialBody(ctx, it) };
}

/** A key pair is found by its access key, and keeps what it was made through. */
function identified(ctx: Context, type: string, blob: string): Pick<Credential, "id" | "blob"> {
  if (!isEc2(type)) return { id: hexId(ctx.newId()), blob };
  const pair = pairOf(blob);
  const bonds = madeThrough(ctx.actor);
  const bound = Object.keys(bonds).length > 0 ? JSON.stringify({ ...pair, ...bonds }) : blob;
  return { id: idOfAccess(pair.access), blob: bound };
}

function pairOf(blob: string): KeyPair {
  let it: unknown;
  try {
    it = JSON.parse(blob);
  } catch {
    throw badRequest("Invalid blob in credential");
  }
  if (it === null || typeof it !== "object" || Array.isArray(it) || Object.keys(it).length === 0)
    throw expecting("blob", "credential");
  const { access } = it as KeyPair;
  if (typeof access !== "string") throw expecting("access", "credential");
  return it as KeyPair;
}

async function change(ctx: Context, loaded: Loaded, { body }: { body: ChangeCredential }) {
  const it = await mine(ctx, loaded);
  const { credential: asked } = body;
  if (asked.id !== undefined && asked.id !== it.id) throw badRequest("Cannot change ID");
  if (asked.blob !== undefined && isEc2(it.type)) sameBonds(pairOf(it.blob), pairOf(asked.blob));
  const extra = extraOf(asked, credentialNames);
  const to = defined({
    userId: asked.user_id,
    projectId: asked.project_id,
    type: asked.type,
    blob: asked.blob,
    extra: Object.keys(extra).length > 0 ? { ...it.extra, ...extra } : undefined,
  });
  const whole: Credential = { ...it, ...to };
  if (isEc2(asked.type) && !whole.projectId) throw expecting("project_id", "credential");
  if (!ctx.may(rule.update_credential, about(whole.userId))) throw mayNot(rule.update_credential.name);
  within(ctx.actor, whole.projectId);
  await store.changeCredential(ctx.db, it.id, to);
  return { credential: credentialBody(ctx, whole) };
}

function sameBonds(before: KeyPair, after: KeyPair) {
  for (const key of ["trust_id", "app_cred_id", "access_token_id", "access_id"] as const) {
    const [old, now] = [before, after].map((pair) => (pair as unknown as Record<string, unknown>)[key] ?? null);
    if (old !== now) throw badRequest(`${key} can not be updated for credential`);
  }
}

async function remove(ctx: Context, loaded: Loaded) {
  await store.deleteCredential(ctx.db, (await mine(ctx, loaded)).id);
}

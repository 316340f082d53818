import { unauthorized } from "#platform/api/errors.ts";
import { type Filters, hexId } from "../identity.ts";
import { type Context, route, unveiled } from "../kit.ts";
import { collection } from "../links.view.ts";
import { getProject } from "../project/project.store.ts";
import { anyQuery } from "../shapes.schema.ts";
import { getUser } from "../user/user.store.ts";
import { isWithin, madeThrough, unrestricted, within } from "./bounds.ts";
import { credentialRules as rule } from "./credential.rules.ts";
import { type CreateKeyPair, createKeyPair } from "./credential.schema.ts";
import * as store from "./credential.store.ts";
import { type Credential, idOfAccess } from "./credential.ts";
import { keyPairBody } from "./credential.view.ts";

const query = anyQuery;
const made = { "3.14": 201 } as const;
const gone = { "3.14": 204 } as const;
const pairs = "/users/{user_id}/credentials/OS-EC2";
const pair = "/users/{user_id}/credentials/OS-EC2/{access}";

/** https://docs.openstack.org/api-ref/identity/v3-ext/ (OS-EC2) */
export const ec2Routes = [
  route({ on: `GET ${pairs}`, rule: rule.ec2_list_credentials, query, of: owner, run: list }),
  route({
    on: `POST ${pairs}`,
    rule: rule.ec2_create_credential,
    body: createKeyPair,
    status: made,
    of: owner,
    run: create,
  }),
  route({ on: `GET ${pair}`, rule: rule.ec2_get_credential, query, of: unveiled(load), run: show }),
  route({ on: `DELETE ${pair}`, rule: rule.ec2_delete_credential, status: gone, of: unveiled(load), run: remove }),
];

interface Path {
  readonly path: { readonly user_id: string };
}

function owner(_: Context, { path: { user_id: userId } }: Path) {
  return { userId, target: { credential: { userId } } };
}

interface Loaded {
  readonly it: Credential;
  readonly target: object;
}

async function load({ db }: Context, { path }: { path: { user_id: string; access: string } }): Promise<Loaded> {
  const it = await store.getCredential(db, idOfAccess(path.access));
  return { it, target: { credential: { userId: it.userId } } };
}

async function list(ctx: Context, { userId }: { userId: string }, { query }: { query: Filters }) {
  await getUser(ctx.db, userId);
  const found = await store.listCredentialsOf(ctx.db, userId, "ec2");
  const seen = found.filter(({ projectId }) => isWithin(ctx.actor, projectId));
  const path = `/users/${userId}/credentials/OS-EC2`;
  const bodies = seen.map((it) => keyPairBody(ctx, it));
  return collection(ctx, "credentials", path, query, bodies);
}

async function create(ctx: Context, { userId }: { userId: string }, { body }: { body: CreateKeyPair }) {
  const { actor, db } = ctx;
  unrestricted(actor, "application credentials");
  await getUser(db, userId);
  const project = await getProject(db, body.tenant_id ?? "None");
  within(actor, project.id, "EC2 credential");
  const [access, secret] = [hexId(ctx.newId()), hexId(ctx.newId())];
  const blob = JSON.stringify({ access, secret, trust_id: null, ...madeThrough(actor) });
  const it = { id: idOfAccess(access), userId, projectId: project.id, type: "ec2", blob, extra: {} };
  await store.insertCredential(db, it);
  return { credential: keyPairBody(ctx, it) };
}

async function show(ctx: Context, loaded: Loaded) {
  return { credential: keyPairBody(ctx, mine(ctx, loaded)) };
}

function mine({ actor }: Context, { it }: Loaded): Credential {
  if (it.type !== "ec2") throw unauthorized();
  within(actor, it.projectId, "EC2 credential");
  return it;
}

async function remove(ctx: Context, loaded: Loaded) {
  await store.deleteCredential(ctx.db, mine(ctx, loaded).id);
}

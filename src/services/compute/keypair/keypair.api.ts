import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { withinQuota } from "#platform/store/quota.ts";
import { type Compute, route } from "../kit.ts";
import { defaultLimits } from "../quota/quota.store.ts";
import { nextLink, pageSize } from "../words.ts";
import { fingerprint } from "./fingerprint.ts";
import { newKey } from "./generate.ts";
import { keypairRules as rule } from "./keypair.rules.ts";
import { type CreateKeypair, createBody, listQuery, type OfUser, ofUser } from "./keypair.schema.ts";
import { countKeypairs, deleteKeypair, findKeypair, getKeypair, insertKeypair, listKeypairs } from "./keypair.store.ts";
import type { Keypair } from "./keypair.ts";
import { brief, created, full } from "./keypair.view.ts";

const made = { "2.1": 200, "2.2": 201 };
const gone = { "2.1": 202, "2.2": 204 };

export const keypairRoutes = [
  route({ on: "GET /os-keypairs", rule: rule.index, query: listQuery, of: owner, run: list }),
  route({ on: "POST /os-keypairs", rule: rule.create, body: createBody, status: made, of: newOwner, run: create }),
  route({ on: "GET /os-keypairs/{name}", rule: rule.show, query: ofUser, of: owner, run: show }),
  route({ on: "DELETE /os-keypairs/{name}", rule: rule.delete, query: ofUser, status: gone, of: owner, run: remove }),
];

interface Owner {
  readonly userId: string;
}
interface Named {
  readonly path: { readonly name: string };
}

/** One's own, or another user's from 2.10 on, where the rule allows it. */
function owner({ actor, version }: Ctx<Compute>, { query }: { query: OfUser }): Owner {
  const other = atLeast(version, "2.10") ? query.user_id : undefined;
  return { userId: other ?? actor.userId };
}

function newOwner({ actor }: Ctx<Compute>, { body }: { body: CreateKeypair }): Owner {
  return { userId: body.keypair.user_id ?? actor.userId };
}

async function list(ctx: Ctx<Compute>, { userId }: Owner, { query }: { query: OfUser }) {
  if (!atLeast(ctx.version, "2.35")) return shown(ctx, await listKeypairs(ctx.db, userId, {}));
  const page = { after: await marked(ctx, userId, query.marker), limit: pageSize(query) };
  const its = await listKeypairs(ctx.db, userId, page);
  const more = nextLink(
    ctx.url,
    "os-keypairs",
    query,
    its.map((it) => ({ id: it.name })),
  );
  return { ...shown(ctx, its), ...(more && { keypairs_links: more }) };
}

function shown({ version }: Ctx<Compute>, its: readonly Keypair[]) {
  return { keypairs: its.map((it) => brief(it, version)) };
}

async function marked({ db }: Ctx<Compute>, userId: string, marker: string | undefined) {
  if (marker === undefined) return undefined;
  const it = await findKeypair(db, userId, marker);
  if (!it) throw badRequest(`Marker ${marker} could not be found.`);
  return it;
}

async function show({ db, version }: Ctx<Compute>, { userId }: Owner, { path }: Named) {
  return full(await getKeypair(db, userId, path.name), version);
}

async function create(ctx: Ctx<Compute>, { userId }: Owner, { body }: { body: CreateKeypair }) {
  const { name, public_key: given, type: kind = "ssh" } = body.keypair;
  await ensureRoom(ctx, userId);
  const fresh = given === undefined ? await newKey(kind, userId, ctx.now) : undefined;
  const publicKey = given ?? fresh?.publicKey ?? "";
  const print = fingerprint(kind, publicKey);
  if (!print)
    throw badRequest(`Keypair data is invalid: failed to generate ${kind === "ssh" ? "" : "X509 "}fingerprint`);
  const it = await insertKeypair(ctx.db, { userId, name, kind, publicKey, fingerprint: print, createdAt: ctx.now });
  if (!it) throw conflict(`Key pair '${name}' already exists.`);
  return created(it, ctx.version, fresh?.privateKey);
}

/** The limit is the project's, the count is the user's. */
async function ensureRoom(ctx: Ctx<Compute>, userId: string): Promise<void> {
  return withinQuota(ctx, {
    service: "compute",
    projectId: ctx.actor.projectId ?? "",
    apart: true,
    defaults: await defaultLimits(ctx),
    asked: { key_pairs: 1 },
    used: async () => ({ key_pairs: await countKeypairs(ctx.db, userId) }),
    refuse: () => forbidden("Quota exceeded, too many key pairs."),
  });
}

async function remove({ db }: Ctx<Compute>, { userId }: Owner, { path }: Named) {
  await deleteKeypair(db, await getKeypair(db, userId, path.name));
}

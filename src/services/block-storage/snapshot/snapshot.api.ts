import { badRequest, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Context, isAdmin, linkingOf, type Owner, ownProject, route } from "../kit.ts";
import { nextLink, pageOf } from "../page.ts";
import { takeRoom } from "../quota/quota.store.ts";
import { anyQuery, isFalse, isTrue, type Query } from "../shapes.ts";
import { sameType } from "../volume/volume.creation.ts";
import { getVolume } from "../volume/volume.store.ts";
import type { Volume } from "../volume/volume.ts";
import { createSnapshot } from "./create.saga.ts";
import { snapshotFilter } from "./snapshot.filter.ts";
import { countSnapshots, listSnapshots } from "./snapshot.list.store.ts";
import { removeSnapshot } from "./snapshot.removal.ts";
import { snapshotRules as rule } from "./snapshot.rules.ts";
import { type CreateSnapshot, createBody, type UpdateSnapshot, updateBody } from "./snapshot.schema.ts";
import { changeSnapshot, findSnapshot, getSnapshot, insertSnapshot } from "./snapshot.store.ts";
import { type Snapshot, snapshotLife } from "./snapshot.ts";
import { brief, detailed } from "./snapshot.view.ts";

const status = { "3.0": 202 };
const query = anyQuery;
const single = "/snapshots/{id}";

export const snapshotRoutes = [
  route({ on: "GET /snapshots", rule: rule.get_all_snapshots, query, of: ownProject, run: list }),
  route({ on: "GET /snapshots/detail", rule: rule.get_all_snapshots, query, of: ownProject, run: listDetailed }),
  route({ on: "POST /snapshots", rule: rule.create_snapshot, body: createBody, status, of: wanted, run: create }),
  route({ on: `GET ${single}`, rule: rule.get_snapshot, of: loadSnapshot, run: show }),
  route({ on: `PUT ${single}`, rule: rule.update_snapshot, body: updateBody, of: loadSnapshot, run: update }),
  route({ on: `DELETE ${single}`, rule: rule.delete_snapshot, status, of: loadSnapshot, run: remove }),
];

interface Asked {
  readonly query: Query;
}

export function loadSnapshot({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Snapshot> {
  return getSnapshot(db, path.id);
}

function wanted({ db }: Context, { body: { snapshot } }: { body: CreateSnapshot }): Promise<Volume> {
  if (!snapshot.volume_id) throw badRequest("'volume_id' must be specified");
  return getVolume(db, snapshot.volume_id);
}

function list(ctx: Context, _owner: Owner, { query }: Asked) {
  return page(ctx, query, "snapshots", brief);
}

function listDetailed(ctx: Context, _owner: Owner, { query }: Asked) {
  return page(ctx, query, "snapshots/detail", (it) => detailed(it, ctx.version));
}

async function create(ctx: Context, volume: Volume, { body: { snapshot: asked } }: { body: CreateSnapshot }) {
  requireReady(ctx, volume, asked.force);
  await takeRoom(ctx, volume.projectId, await sameType(ctx, volume), { snapshots: 1, gigabytes: volume.gib });
  const it: Snapshot = {
    id: ctx.newId(),
    volumeId: volume.id,
    projectId: volume.projectId,
    userId: ctx.actor.userId,
    name: asked.name ?? asked.display_name ?? null,
    description: asked.description ?? asked.display_description ?? null,
    gib: volume.gib,
    status: snapshotLife.verbs.create.busy,
    progress: null,
    metadata: asked.metadata ?? {},
    fault: null,
    createdAt: ctx.now,
    updatedAt: null,
  };
  await insertSnapshot(ctx.db, it);
  await ctx.start(createSnapshot, it.id);
  return { snapshot: brief(it) };
}

function show(ctx: Context, it: Snapshot) {
  return { snapshot: detailed(it, ctx.version) };
}

async function update(ctx: Context, it: Snapshot, { body: { snapshot: asked } }: { body: UpdateSnapshot }) {
  const [name, description] = [asked.name ?? asked.display_name, asked.description ?? asked.display_description];
  const to = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    updatedAt: ctx.now,
  };
  await changeSnapshot(ctx.db, it.id, to);
  return { snapshot: brief({ ...it, ...to }) };
}

function remove(ctx: Context, it: Snapshot) {
  return removeSnapshot(ctx, it, { force: false });
}

/** Since 3.66 a volume in use needs no force; before it, it does. */
function requireReady({ version }: Context, { id, status }: Volume, force: unknown) {
  const free = atLeast(version, "3.66");
  if (free && isFalse(force))
    throw badRequest(
      `Invalid value '${force}' for 'force'. Since microversion 3.66, only True is accepted for it, and it is not needed.`,
    );
  const from = free || isTrue(force) ? ["available", "in-use", "attaching", "reserved", "detaching"] : ["available"];
  if (!from.includes(status))
    throw badRequest(
      `Invalid volume: Volume ${id} status must be ${free || isTrue(force) ? "available or in-use" : "available"}, but current status is: ${status}.`,
    );
}

/** The keys that snapshots are sorted by, and our columns. */
const sortable = {
  id: "id",
  name: "name",
  display_name: "name",
  status: "status",
  volume_id: "volumeId",
  volume_size: "gib",
  created_at: "createdAt",
  updated_at: "updatedAt",
};

async function page(ctx: Context, query: Query, path: string, view: (it: Snapshot) => object) {
  const { db, version, actor } = ctx;
  const filter = snapshotFilter(query, { admin: isAdmin(ctx), projectId: actor.projectId, version });
  const page = pageOf(query, sortable);
  const snapshots = await listSnapshots(db, filter, page, page.marker ? await marked(ctx, page.marker) : undefined);
  const next = nextLink(linkingOf(ctx), path, query, snapshots);
  const counted = atLeast(version, "3.45") && isTrue(query.with_count);
  return {
    snapshots: snapshots.map(view),
    ...(next && { snapshots_links: next }),
    ...(counted && { count: await countSnapshots(db, filter) }),
  };
}

async function marked({ db }: Context, marker: string): Promise<Snapshot> {
  const it = await findSnapshot(db, marker);
  if (!it) throw notFound(`Snapshot ${marker} could not be found.`);
  return it;
}

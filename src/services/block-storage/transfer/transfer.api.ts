import { badRequest, notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Context, isAdmin, linkingOf, type Owner, ownProject, route } from "../kit.ts";
import { nextLink, pageOf } from "../page.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { listSnapshotsOf } from "../snapshot/snapshot.store.ts";
import { getVolume, takeVolume } from "../volume/volume.store.ts";
import type { Volume } from "../volume/volume.ts";
import { hand, requireReady } from "./transfer.handover.ts";
import { transferRules as rule } from "./transfer.rules.ts";
import { type AcceptTransfer, acceptBody, type CreateTransfer, createBody } from "./transfer.schema.ts";
import { deleteTransferRow, getTransfer, insertTransfer, listTransfers, takeTransfer } from "./transfer.store.ts";
import { fits, hashOf, type Transfer } from "./transfer.ts";
import { brief, detailed } from "./transfer.view.ts";

const status = { "3.0": 202 };
const query = anyQuery;

/** The same under the old address and, since 3.55, the new one. */
export const transferRoutes = [...routesAt("/os-volume-transfer"), ...routesAt("/volume-transfers", "3.55")];

function routesAt(all: string, since?: "3.55") {
  const one = `${all}/{id}` as "/transfers/{id}";
  const of = load;
  return [
    route({ on: `GET ${all}`, since, rule: rule.get_all_transfers, query, of: ownProject, run: list }),
    route({ on: `GET ${all}/detail`, since, rule: rule.get_all_transfers, query, of: ownProject, run: listDetailed }),
    route({ on: `POST ${all}`, since, rule: rule.create_transfer, body: createBody, status, of: wanted, run: create }),
    route({ on: `GET ${one}`, since, rule: rule.get_transfer, of, run: show }),
    route({ on: `DELETE ${one}`, since, rule: rule.delete_transfer, status, of, run: remove }),
    route({
      on: `POST ${one}/accept`,
      since,
      rule: rule.accept_transfer,
      body: acceptBody,
      status,
      of: ownProject,
      run: accept,
    }),
  ];
}

interface Asked {
  readonly query: Query;
}
interface Named {
  readonly path: { readonly id: string };
}
type Held = Transfer & { readonly projectId: string };

async function load({ db }: Context, { path }: Named): Promise<Held> {
  const it = await getTransfer(db, path.id);
  return { ...it, projectId: it.sourceProjectId };
}

function wanted({ db }: Context, { body }: { body: CreateTransfer }): Promise<Volume> {
  return getVolume(db, body.transfer.volume_id);
}

function list(ctx: Context, owner: Owner, { query }: Asked) {
  return page(ctx, owner, query, (it) => brief(it, linkingOf(ctx)));
}

function listDetailed(ctx: Context, owner: Owner, { query }: Asked) {
  return page(ctx, owner, query, (it) => detailed(it, linkingOf(ctx), ctx.version));
}

async function create(ctx: Context, volume: Volume, { body: { transfer: asked } }: { body: CreateTransfer }) {
  const noSnapshots = isTrue(asked.no_snapshots ?? false);
  requireReady(await listSnapshotsOf(ctx.db, volume.id), noSnapshots);
  if (!(await takeVolume(ctx.db, volume.id, { from: ["available"], busy: "awaiting-transfer" })))
    throw badRequest("Invalid volume: status must be available");
  const key = ctx.newId().replaceAll("-", "").slice(0, 16);
  const it: Transfer = {
    id: ctx.newId(),
    volumeId: volume.id,
    name: asked.name?.trim() ?? null,
    keyHash: hashOf(key),
    noSnapshots,
    sourceProjectId: volume.projectId,
    destinationProjectId: null,
    accepted: false,
    createdAt: ctx.now,
  };
  await insertTransfer(ctx.db, it);
  return { transfer: { ...detailed(it, linkingOf(ctx), ctx.version), auth_key: key } };
}

function show(ctx: Context, it: Held) {
  return { transfer: detailed(it, linkingOf(ctx), ctx.version) };
}

async function remove(ctx: Context, it: Held) {
  await deleteTransferRow(ctx.db, it.id);
  await takeVolume(ctx.db, it.volumeId, { from: ["awaiting-transfer"], busy: "available" });
}

async function accept(ctx: Context, { projectId, userId }: Owner, { path, body }: Named & { body: AcceptTransfer }) {
  const it = await getTransfer(ctx.db, path.id);
  if (!fits(it, String(body.accept.auth_key)))
    throw badRequest(`Invalid auth key: Attempt to transfer ${it.id} with invalid auth key.`);
  if (!projectId) throw badRequest("A volume is accepted by a project: the token has none.");
  if (!(await takeTransfer(ctx.db, it.id, projectId))) throw notFound(`Transfer ${it.id} could not be found.`);
  await hand(ctx, it, { projectId, userId });
  return { transfer: brief(it, linkingOf(ctx)) };
}

const sortable = { id: "id", name: "name", display_name: "name", volume_id: "volumeId", created_at: "createdAt" };

async function page(ctx: Context, { projectId }: Owner, query: Query, view: (it: Transfer) => object) {
  const page = pageOf(
    atLeast(ctx.version, "3.59") ? query : { ...query, sort_key: "created_at", sort_dir: "asc" },
    sortable,
  );
  const after = page.marker ? await getTransfer(ctx.db, page.marker) : undefined;
  const wide = isAdmin(ctx) && isTrue(query.all_tenants);
  const filter = { projectId: wide ? undefined : projectId, name: query.name, volumeId: query.volume_id };
  const shown = await listTransfers(ctx.db, filter, page, after);
  const next = nextLink(linkingOf(ctx), "os-volume-transfer", query, shown);
  return { transfers: shown.map(view), ...(next && { transfers_links: next }) };
}

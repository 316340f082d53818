import { badRequest, conflict, forbidden, notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { changeDisk, findDiskOfVolume, insertDisk, listDisks } from "../server/disk.store.ts";
import { nextDevice, type ServerDisk } from "../server/disk.ts";
import { hold } from "../server/idle.load.ts";
import { load } from "../server/server.load.ts";
import type { Server } from "../server/server.ts";
import { isYes } from "../words.ts";
import { attachVolume } from "./attach.saga.ts";
import { detachVolume } from "./detach.saga.ts";
import { attachmentRules as rule } from "./volume-attachment.rules.ts";
import {
  type Attach,
  attachBody,
  type Change,
  changeBody,
  type ListAttachments,
  listQuery,
  type Swap,
  swapBody,
} from "./volume-attachment.schema.ts";
import { created, shown } from "./volume-attachment.view.ts";

const all = "/servers/{id}/os-volume_attachments";
const one = `${all}/{volumeId}` as const;
const accepted = { "2.1": 202 };

export const volumeAttachmentRoutes = [
  route({ on: `GET ${all}`, rule: rule.index, query: listQuery, of: load, run: list }),
  route({ on: `POST ${all}`, rule: rule.create, body: attachBody, of: load, run: attach }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: show }),
  route({ on: `PUT ${one}`, until: "2.84", rule: rule.swap, body: swapBody, status: accepted, of: load, run: swap }),
  route({
    on: `PUT ${one}`,
    since: "2.85",
    rule: rule.update,
    body: changeBody,
    status: accepted,
    of: load,
    run: change,
  }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: accepted, of: load, run: detach }),
];

interface OfVolume {
  readonly path: { readonly volumeId: string };
}

async function list({ db, version }: Ctx<Compute>, { id }: Server, { query }: { query: ListAttachments }) {
  const its = (await listDisks(db, id)).filter((it) => it.volumeId !== null);
  const from = Number(query.offset ?? 0);
  const page = its.slice(from, query.limit === undefined ? undefined : from + Number(query.limit));
  return { volumeAttachments: page.map((it) => shown(it, version)) };
}

async function show(ctx: Ctx<Compute>, it: Server, { path }: OfVolume) {
  return { volumeAttachment: shown(await diskOf(ctx, it, path.volumeId), ctx.version) };
}

async function attach(ctx: Ctx<Compute>, it: Server, { body }: { body: Attach }) {
  const { volumeId, device, tag, delete_on_termination: ends } = body.volumeAttachment;
  await hold(ctx, it, "attach_volume", ["active", "stopped"]);
  const disks = await listDisks(ctx.db, it.id);
  if (disks.some((disk) => disk.volumeId === volumeId))
    throw badRequest(`Invalid volume: volume ${volumeId} already attached`);
  const { gib } = await ctx.needs.blockStorage.getVolume(ctx, ctx.actor, volumeId);
  const disk: ServerDisk = {
    id: ctx.newId(),
    serverId: it.id,
    bootIndex: null,
    source: "volume",
    imageId: null,
    gib,
    volumeId,
    attachmentId: await ctx.needs.blockStorage.reserve(ctx, ctx.actor, volumeId, it.id),
    device: deviceFor(it, disks, device ?? null),
    deleteOnTermination: isYes(ends ?? false),
    tag: tag ?? null,
    attached: false,
    createdAt: ctx.now,
  };
  await insertDisk(ctx.db, disk);
  await ctx.start(attachVolume, it.id, { volumeId });
  return { volumeAttachment: created(disk, ctx.version) };
}

/** The name that was asked for where guests here can have it, else the next free one. */
function deviceFor({ rootDevice }: Server, disks: readonly ServerDisk[], asked: string | null): string {
  const taken = [rootDevice, ...disks.map((it) => it.device)];
  if (!asked || !/^\/dev\/vd[a-z]{1,2}$/.test(asked)) return nextDevice(taken);
  if (taken.includes(asked)) throw conflict(`The supplied device path (${asked}) is in use.`);
  return asked;
}

/** Before 2.85 a change can only be a swap. */
function swap(ctx: Ctx<Compute>, it: Server, { path }: OfVolume & { body: Swap }) {
  return refuseSwap(ctx, it, path.volumeId);
}

async function change(ctx: Ctx<Compute>, it: Server, { path, body }: OfVolume & { body: Change }) {
  const asked = body.volumeAttachment;
  const swaps = asked.volumeId !== path.volumeId;
  if (swaps && !ctx.may(rule.swap, {})) throw forbidden(`Policy doesn't allow ${rule.swap.name} to be performed.`);
  const disk = await diskOf(ctx, it, path.volumeId);
  refuseFixed(asked, disk);
  if (swaps) return refuseSwap(ctx, it, path.volumeId);
  const { delete_on_termination: ends } = asked;
  if (ends !== undefined) await changeDisk(ctx.db, disk.id, { deleteOnTermination: isYes(ends) });
}

function refuseFixed(asked: Change["volumeAttachment"], { volumeId, serverId, device, tag }: ServerDisk) {
  const fixed = { id: volumeId, serverId, device, tag };
  for (const [field, value] of Object.entries(fixed)) {
    const wanted = asked[field as keyof typeof fixed];
    if (wanted !== undefined && wanted !== value) throw badRequest(`The ${field} property is not mutable`);
  }
}

/** Block storage moves volumes beneath their guests without compute's help, so that nobody may ask for this here. */
async function refuseSwap(ctx: Ctx<Compute>, it: Server, volumeId: string): Promise<never> {
  await diskOf(ctx, it, volumeId);
  throw conflict(`Volume ${volumeId} is not being migrated: it cannot be swapped.`);
}

async function detach(ctx: Ctx<Compute>, it: Server, { path: { volumeId } }: OfVolume) {
  await hold(ctx, it, "detach_volume", ["active", "stopped"]);
  const { bootIndex, attached, attachmentId } = await diskOf(ctx, it, volumeId);
  if (bootIndex === 0) throw forbidden("Cannot detach a root device volume");
  const { status } = await ctx.needs.blockStorage.getVolume(ctx, ctx.actor, volumeId);
  if (!attached || !attachmentId || status !== "in-use") throw badRequest(notInUse(status, attached));
  await ctx.needs.blockStorage.detaching(ctx, attachmentId);
  await ctx.start(detachVolume, it.id, { volumeId, attachmentId });
}

function notInUse(status: string, attached: boolean): string {
  const now = `Currently: status: '${status}', attach_status: '${attached ? "attached" : "detached"}'.`;
  const must = "Volume status must be 'in-use' and attach_status must be 'attached' to detach.";
  return `Invalid volume: Invalid input received: Invalid volume: Unable to detach volume. ${must} ${now}`;
}

async function diskOf({ db }: Ctx<Compute>, { id }: Server, volumeId: string): Promise<ServerDisk> {
  const it = await findDiskOfVolume(db, id, volumeId);
  if (!it) throw notFound(`Instance ${id} is not attached to volume ${volumeId}`);
  return it;
}

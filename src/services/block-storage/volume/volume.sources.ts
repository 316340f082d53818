import { badRequest, forbidden, notFound } from "#platform/api/errors.ts";
import { type Context, isAdmin } from "../kit.ts";
import { isTrue } from "../shapes.ts";
import { findSnapshot } from "../snapshot/snapshot.store.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { VolumeType } from "../volume-type/volume-type.ts";
import { sameType, type Wish, wishedType } from "./volume.creation.ts";
import { volumeRules } from "./volume.rules.ts";
import type { CreateVolume } from "./volume.schema.ts";
import { findVolume, getVolume } from "./volume.store.ts";
import { type Volume, zone } from "./volume.ts";

type Asked = CreateVolume["volume"];
type Sources = Pick<Wish, "image" | "snapshot" | "source" | "original">;

/** Refuses what no volume here can have. */
export function requireSimple(asked: Asked) {
  if (isTrue(asked.multiattach))
    throw badRequest(
      "multiattach parameter has been removed. The default behavior is to use multiattach enabled volume types. Contact your administrator to create a multiattach enabled volume type and use it to create multiattach volumes.",
    );
  const { group_id: group, consistencygroup_id: old, backup_id: backup, availability_zone: where } = asked;
  if (group || old) throw notFound(`Group ${group || old} could not be found.`);
  if (backup) throw notFound(`Backup ${backup} could not be found.`);
  if (where && where !== zone) throw badRequest(`Invalid input received: Availability zone '${where}' is invalid.`);
}

/** What the new volume is made from: at most one thing, which the actor may read and which is ready. */
export async function sourcesOf(ctx: Context, asked: Asked): Promise<Sources> {
  const { snapshot_id: snapshot, source_volid: source } = asked;
  const image = asked.imageRef || asked.image_id;
  if ([snapshot, source, image].filter(Boolean).length > 1)
    throw badRequest("Invalid input received: May specify only one of snapshot, imageRef or source volume");
  if (image) return { image: await imageOf(ctx, image) };
  if (snapshot) return copyOfSnapshot(ctx, await readySnapshot(ctx, snapshot));
  if (!source) return {};
  const original = await readyVolume(ctx, source);
  return { source: original, original };
}

/** The type that is asked for; otherwise that of the source, or the project's default. */
export async function typeFor(
  ctx: Context,
  asked: string | null | undefined,
  { original }: Sources,
  projectId: string,
): Promise<VolumeType> {
  if (asked) return wishedType(ctx, ctx.actor, projectId, asked);
  return original ? sameType(ctx, original) : wishedType(ctx, ctx.actor, projectId);
}

function imageOf(ctx: Context, ref: string) {
  const { projectId } = ctx.actor;
  if (!ctx.may(volumeRules.create_from_image, { projectId }))
    throw forbidden(`Policy doesn't allow ${volumeRules.create_from_image.name} to be performed.`);
  return ctx.needs.image.requireActive(ctx, ctx.actor, ref.split("/").at(-1) ?? ref);
}

async function copyOfSnapshot(ctx: Context, snapshot: Snapshot): Promise<Sources> {
  return { snapshot, original: await findVolume(ctx.db, snapshot.volumeId) };
}

async function readySnapshot(ctx: Context, id: string): Promise<Snapshot> {
  const it = await findSnapshot(ctx.db, id);
  if (!it || !mayRead(ctx, it)) throw notFound(`Snapshot ${id} could not be found.`);
  if (it.status === "available") return it;
  throw badRequest("Invalid snapshot: Originating snapshot status must be one of 'available' values");
}

async function readyVolume(ctx: Context, id: string): Promise<Volume> {
  const it = await getVolume(ctx.db, id);
  if (!mayRead(ctx, it)) throw notFound(`Volume ${id} could not be found.`);
  if (["available", "in-use"].includes(it.status)) return it;
  throw badRequest("Invalid volume: Originating source volume status must be one of 'available, in-use' values");
}

function mayRead(ctx: Context, { projectId }: { projectId: string }): boolean {
  return projectId === ctx.actor.projectId || isAdmin(ctx);
}

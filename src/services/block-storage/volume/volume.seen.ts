import { listAttachmentsOf } from "../attachment/attachment.store.ts";
import { type Context, isAdmin, linkingOf } from "../kit.ts";
import { listTypes } from "../volume-type/volume-type.store.ts";
import { attributeRules } from "./volume.rules.ts";
import type { Volume } from "./volume.ts";
import type { Seen } from "./volume.view.ts";

/** Volumes with all that is shown of them, in two queries more, however many they are. */
export async function seen(ctx: Context, volumes: readonly Volume[]): Promise<Seen[]> {
  const names = new Map((await listTypes(ctx.db)).map(({ id, name }) => [id, name]));
  const ids = volumes.map(({ id }) => id);
  const attachments = Map.groupBy(await listAttachmentsOf(ctx.db, ids), ({ volumeId }) => volumeId);
  return volumes.map((volume) => ({
    volume,
    typeName: names.get(volume.typeId) ?? "",
    attachments: attachments.get(volume.id) ?? [],
    linking: linkingOf(ctx),
    version: ctx.version,
    admin: isAdmin(ctx),
    host: ctx.may(attributeRules.volume_host_attribute, volume),
    tenant: ctx.may(attributeRules.volume_tenant_attribute, volume),
    migration: ctx.may(attributeRules.volume_mig_status_attribute, volume),
  }));
}

export async function one(ctx: Context, volume: Volume): Promise<Seen> {
  return (await seen(ctx, [volume]))[0] as Seen;
}

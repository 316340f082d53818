import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { always, flag, gib, loose, maybe, metadata, orNull, strict, text, uuid, wrapped } from "../shapes.ts";
import type { Metadata } from "./volume.ts";

interface Named {
  readonly name?: string | null;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly display_description?: string | null;
}
export interface CreateVolume {
  readonly volume: Named & {
    readonly size?: number | string | null;
    readonly imageRef?: string | null;
    readonly image_id?: string | null;
    readonly snapshot_id?: string | null;
    readonly source_volid?: string | null;
    readonly volume_type?: string | null;
    readonly availability_zone?: string | null;
    readonly metadata?: Metadata | null;
    readonly multiattach?: boolean | string | null;
    readonly consistencygroup_id?: string | null;
    readonly group_id?: string | null;
    readonly backup_id?: string | null;
  };
}
export interface UpdateVolume {
  readonly volume: Named & { readonly metadata?: Metadata };
}

const named = {
  name: maybe(text),
  display_name: maybe(text),
  description: maybe(text),
  display_description: maybe(text),
};
const created = {
  ...named,
  size: maybe(orNull(gib)),
  imageRef: maybe(text),
  image_id: maybe(text),
  snapshot_id: maybe(orNull(uuid)),
  source_volid: maybe(orNull(uuid)),
  volume_type: maybe(text),
  availability_zone: maybe(orNull(Type.String({ minLength: 1, maxLength: 255 }))),
  metadata: maybe(orNull(metadata)),
  multiattach: maybe(orNull(flag)),
  consistencygroup_id: maybe(orNull(uuid)),
};
const inGroup = { ...created, group_id: maybe(text) };
const fromBackup = { ...inGroup, backup_id: maybe(orNull(uuid)) };

export const createBody = shapes<CreateVolume>({
  "3.0": volume(loose(created)),
  "3.13": volume(loose(inGroup)),
  "3.47": volume(loose(fromBackup)),
  "3.53": volume(strict(fromBackup)),
});

const updated = { ...named, metadata: maybe(metadata) };
export const updateBody = shapes<UpdateVolume>({
  "3.0": strict({ volume: strict(updated) }),
  "3.53": strict({ volume: strict(updated, { minProperties: 1 }) }),
});

export const metadataBody = wrapped<{ metadata: Metadata }>("metadata", metadata);
export const metaBody = always<{ meta: Metadata }>(
  strict({ meta: Type.Intersect([metadata, Type.Object({}, { minProperties: 1, maxProperties: 1 })]) }),
);

export const empty = (key: string) => always<Record<string, unknown>>(strict({ [key]: Type.Unknown() }));
export const extendBody = wrapped<{ "os-extend": { new_size: number | string } }>(
  "os-extend",
  strict({ new_size: gib }),
);
export const bootableBody = wrapped<{ "os-set_bootable": { bootable: boolean | string } }>(
  "os-set_bootable",
  strict({ bootable: flag }),
);
export const readonlyBody = wrapped<{ "os-update_readonly_flag": { readonly: boolean | string } }>(
  "os-update_readonly_flag",
  strict({ readonly: flag }),
);
export const retypeBody = wrapped<{ "os-retype": object }>(
  "os-retype",
  strict({ new_type: Type.String(), migration_policy: maybe(orNull(Type.Enum(["on-demand", "never"]))) }),
);
const state = maybe(orNull(Type.String()));
export interface ResetStatus {
  readonly "os-reset_status": {
    readonly status?: string | null;
    readonly attach_status?: string | null;
    readonly migration_status?: string | null;
  };
}
export const resetBody = wrapped<ResetStatus>(
  "os-reset_status",
  strict({ status: state, attach_status: state, migration_status: state }),
);
export interface AttachByHand {
  readonly "os-attach": {
    readonly instance_uuid?: string;
    readonly mountpoint: string;
    readonly host_name?: string;
    readonly mode?: "rw" | "ro";
  };
}
export const attachBody = wrapped<AttachByHand>(
  "os-attach",
  strict({
    instance_uuid: maybe(uuid),
    mountpoint: Type.String({ minLength: 1, maxLength: 255 }),
    host_name: maybe(Type.String({ maxLength: 255 })),
    mode: maybe(Type.Enum(["rw", "ro"])),
  }),
);
export const detachBody = wrapped<{ "os-detach": { attachment_id?: string | null } | null }>(
  "os-detach",
  orNull(strict({ attachment_id: maybe(orNull(uuid)) })),
);
export const imageMetadataBody = wrapped<{ "os-set_image_metadata": { metadata: Record<string, string> } }>(
  "os-set_image_metadata",
  strict({ metadata: Type.Record(Type.String({ maxLength: 255 }), Type.String()) }),
);
export const dropImageMetadataBody = wrapped<{ "os-unset_image_metadata": { key: string } }>(
  "os-unset_image_metadata",
  strict({ key: Type.String({ minLength: 1, maxLength: 255 }) }),
);

function volume(schema: ReturnType<typeof Type.Object<TProperties>>) {
  return strict({ volume: schema, "OS-SCH-HNT:scheduler_hints": maybe(orNull(loose({}))) });
}

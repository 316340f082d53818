import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { always, flag, maybe, metadata, orNull, strict, text, uuid, wrapped } from "../shapes.ts";
import type { Metadata } from "../volume/volume.ts";

interface Named {
  readonly name?: string | null;
  readonly display_name?: string | null;
  readonly description?: string | null;
  readonly display_description?: string | null;
}
export interface CreateSnapshot {
  readonly snapshot: Named & {
    readonly volume_id: string | null;
    readonly force?: boolean | string;
    readonly metadata?: Metadata | null;
  };
}
export interface UpdateSnapshot {
  readonly snapshot: Named;
}

const named = {
  name: maybe(text),
  display_name: maybe(text),
  description: maybe(text),
  display_description: maybe(text),
};

export const createBody = shapes<CreateSnapshot>({
  "3.0": strict({
    snapshot: strict({ ...named, volume_id: orNull(uuid), force: maybe(flag), metadata: maybe(orNull(metadata)) }),
  }),
});
export const updateBody = wrapped<UpdateSnapshot>("snapshot", strict(named, { minProperties: 1 }));
export const metadataBody = wrapped<{ metadata: Metadata }>("metadata", metadata);
export const metaBody = always<{ meta: Metadata }>(
  strict({ meta: Type.Intersect([metadata, Type.Object({}, { minProperties: 1, maxProperties: 1 })]) }),
);
export const resetBody = wrapped<{ "os-reset_status": { status: string } }>(
  "os-reset_status",
  strict({ status: Type.String() }),
);
export interface UpdateStatus {
  readonly "os-update_snapshot_status": { readonly status: string; readonly progress?: string };
}
export const updateStatusBody = wrapped<UpdateStatus>(
  "os-update_snapshot_status",
  strict({ status: Type.String(), progress: maybe(Type.String({ pattern: "^(100|[0-9]{1,2})%$" })) }),
);
export const forceDeleteBody = wrapped<{ "os-force_delete": unknown }>("os-force_delete", Type.Unknown());

import type { Metadata } from "../volume/volume.ts";
import { readableSpecs, type VolumeType } from "./volume-type.ts";

export interface Sight {
  readonly specs: boolean;
  readonly sensitive: boolean;
  readonly qos: boolean;
  readonly access: boolean;
}

export function view(it: VolumeType, sight: Sight) {
  const { id, name, isPublic: is_public, description } = it;
  return {
    id,
    name,
    is_public,
    description,
    ...(sight.specs && { extra_specs: shownSpecs(it.extraSpecs, sight.sensitive) }),
    ...(sight.qos && { qos_specs_id: null }),
    ...(sight.access && { "os-volume-type-access:is_public": is_public }),
  };
}

/** Without the specs that tell how the storage is made, for those who may not know. */
export function shownSpecs(specs: Metadata, sensitive: boolean): Metadata {
  if (sensitive) return specs;
  return Object.fromEntries(Object.entries(specs).filter(([key]) => readableSpecs.includes(key)));
}

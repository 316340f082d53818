import { atLeast, type Version } from "#platform/api/versions.ts";
import { micros } from "../words.ts";
import { type Aggregate, zoneOf } from "./aggregate.ts";

/** The answer to a creation: without what it cannot have yet. */
export function created(it: Aggregate, v: Version) {
  return {
    id: it.id,
    ...(atLeast(v, "2.41") && { uuid: it.uuid }),
    name: it.name,
    availability_zone: zoneOf(it),
    created_at: micros(it.createdAt),
    updated_at: it.updatedAt && micros(it.updatedAt),
    deleted: false,
    deleted_at: null,
  };
}

export function shown(it: Aggregate, hosts: readonly string[], v: Version) {
  return { ...created(it, v), hosts, metadata: it.metadata };
}

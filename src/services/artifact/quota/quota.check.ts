import { forbidden, tooLarge } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { type Over, quotaLevels, withinQuota } from "#platform/store/quota.ts";
import type { ArtifactScope } from "../kit.ts";
import { artifactTypes } from "../type/types.ts";
import { usageOf } from "./quota.store.ts";

type Own = Tx<ArtifactScope>;
export const service = "artifact";
const kinds = ["max_artifact_number", "max_uploaded_data"] as const;

/** Limits of all artifacts of a project, and of those of each type. */
export const defaultLimits: Readonly<Record<string, number>> = Object.fromEntries(
  kinds.flatMap((kind) => [[kind, -1], ...artifactTypes.map(({ name }) => [`${kind}:${name}`, -1])]),
);

/** Lets one more artifact pass for a project, or throws 403. */
export async function requireCount(tx: Own, projectId: string, typeName: string) {
  const asked = { max_artifact_number: 1, [`max_artifact_number:${typeName}`]: 1 };
  await withinQuota(tx, {
    service,
    projectId,
    defaults: defaultLimits,
    asked,
    used: (projectIds) => used(tx, projectIds),
    refuse: tooMany,
  });
}

function tooMany({ resource, limit, used }: Over) {
  const [, type] = resource.split(":");
  return forbidden(
    type
      ? `Can't create artifact because of quota limit for artifact type '${type}' is ${limit} artifacts. You have ${used} artifact(s) of this type.`
      : `Can't create artifact because of global quota limit is ${limit} artifacts. You have ${used} artifact(s).`,
  );
}

/** How many bytes may come for a project: as many as are announced, or all that are left; throws 413 where that is none. */
export async function roomFor(tx: Own, projectId: string, typeName: string, announced: number | undefined) {
  const names = ["max_uploaded_data", `max_uploaded_data:${typeName}`];
  const asked = Object.fromEntries(names.map((name) => [name, announced ?? 1]));
  await withinQuota(tx, {
    service,
    projectId,
    defaults: defaultLimits,
    asked,
    used: (projectIds) => used(tx, projectIds),
    refuse: tooMuch,
  });
  return announced ?? roomLeft(tx, projectId, names);
}

async function roomLeft(tx: Own, projectId: string, names: readonly string[]): Promise<number> {
  let room = Number.POSITIVE_INFINITY;
  for (const { projectIds, limits } of await quotaLevels(tx, service, projectId, defaultLimits)) {
    const limited = names.filter((name) => limits[name]! >= 0);
    const taken = limited.length > 0 ? await used(tx, projectIds) : {};
    room = Math.min(room, ...limited.map((name) => limits[name]! - (taken[name] ?? 0)));
  }
  return room;
}

function tooMuch({ resource, limit, used, asked }: Over) {
  const [, type] = resource.split(":");
  return tooLarge(
    type
      ? `Can't upload ${asked} byte(s) because of quota limit for artifact type '${type}': ${limit}. You have ${used} bytes uploaded for this type.`
      : `Can't upload ${asked} byte(s) because of global quota limit: ${limit}. You have ${used} bytes uploaded.`,
  );
}

async function used({ db }: Own, projectIds: readonly string[]): Promise<Record<string, number>> {
  const all: Record<string, number> = { max_artifact_number: 0, max_uploaded_data: 0 };
  for (const { typeName, count, bytes } of await usageOf(db, projectIds)) {
    all.max_artifact_number! += count;
    all.max_uploaded_data! += bytes;
    all[`max_artifact_number:${typeName}`] = count;
    all[`max_uploaded_data:${typeName}`] = bytes;
  }
  return all;
}

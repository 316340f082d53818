import { forbidden, tooLarge } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { type Over, quotaLimits, withinQuota } from "#platform/store/quota.ts";
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
    used: () => used(tx, projectId),
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
  const limits = await quotaLimits(tx, service, projectId, defaultLimits);
  await withinQuota(tx, {
    service,
    projectId,
    defaults: defaultLimits,
    limits,
    asked,
    used: () => used(tx, projectId),
    refuse: tooMuch,
  });
  if (announced !== undefined) return announced;
  const limited = names.filter((name) => limits[name]! >= 0);
  if (limited.length === 0) return Number.POSITIVE_INFINITY;
  const taken = await used(tx, projectId);
  return Math.min(...limited.map((name) => limits[name]! - (taken[name] ?? 0)));
}

function tooMuch({ resource, limit, used, asked }: Over) {
  const [, type] = resource.split(":");
  return tooLarge(
    type
      ? `Can't upload ${asked} byte(s) because of quota limit for artifact type '${type}': ${limit}. You have ${used} bytes uploaded for this type.`
      : `Can't upload ${asked} byte(s) because of global quota limit: ${limit}. You have ${used} bytes uploaded.`,
  );
}

async function used({ db }: Own, projectId: string): Promise<Record<string, number>> {
  const all: Record<string, number> = { max_artifact_number: 0, max_uploaded_data: 0 };
  for (const { typeName, count, bytes } of await usageOf(db, projectId)) {
    all.max_artifact_number! += count;
    all.max_uploaded_data! += bytes;
    all[`max_artifact_number:${typeName}`] = count;
    all[`max_uploaded_data:${typeName}`] = bytes;
  }
  return all;
}

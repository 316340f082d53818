import { ApiError } from "#platform/api/errors.ts";

/** What a project may have where nobody said otherwise; -1 is no limit. */
export const quotaDefaults: Readonly<Record<string, number>> = {
  volumes: 10,
  snapshots: 10,
  gigabytes: 1000,
  per_volume_gigabytes: -1,
  backups: 10,
  backup_gigabytes: 1000,
  groups: 10,
};

/** The same, with the quotas that every volume type has of its own. */
export function defaultsWith(typeNames: readonly string[]): Record<string, number> {
  const own = typeNames.flatMap((name) => ["volumes", "gigabytes", "snapshots"].map((of) => [`${of}_${name}`, -1]));
  return { ...quotaDefaults, ...Object.fromEntries(own) };
}

interface Over {
  readonly resource: string;
  readonly limit: number;
  readonly used: number;
  readonly asked: number;
}

/** Cinder's refusal of what is too much: 413, with the name of its exception before the sentence. */
export function overLimit({ resource, limit, used, asked }: Over): ApiError {
  const sentence = resource.startsWith("gigabytes")
    ? `VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed ${resource} quota. Requested ${asked}G, quota is ${limit}G and ${used}G has been consumed.`
    : resource.startsWith("snapshots")
      ? `SnapshotLimitExceeded: Maximum number of snapshots allowed (${limit}) exceeded`
      : `VolumeLimitExceeded: Maximum number of volumes allowed (${limit}) exceeded for quota '${resource}'.`;
  return new ApiError(413, sentence, { headers: { "retry-after": "0" } });
}

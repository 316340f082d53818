import { badRequest } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { quotaLimits, withinQuota } from "#platform/store/quota.ts";
import type { Storage } from "../kit.ts";
import { snapshotUse } from "../snapshot/snapshot.store.ts";
import { volumeUse } from "../volume/volume.store.ts";
import { listTypes } from "../volume-type/volume-type.store.ts";
import type { VolumeType } from "../volume-type/volume-type.ts";
import { defaultsWith, overLimit } from "./quota.ts";

export const quotaService = "block-storage";

/** What these projects use together, counted from their rows, in total and by volume type. */
export async function usage(
  tx: Pick<Tx<Storage>, "db">,
  projectIds: readonly string[],
): Promise<Record<string, number>> {
  const names = new Map((await listTypes(tx.db)).map(({ id, name }) => [id, name]));
  const sum: Record<string, number> = { volumes: 0, snapshots: 0, gigabytes: 0 };
  const add = (what: string, typeId: string, amount: number) => {
    for (const key of [what, `${what}_${names.get(typeId)}`]) sum[key] = (sum[key] ?? 0) + amount;
  };
  for (const { typeId, count, gib } of await volumeUse(tx.db, projectIds)) {
    add("volumes", typeId, count);
    add("gigabytes", typeId, Number(gib));
  }
  for (const { typeId, count, gib } of await snapshotUse(tx.db, projectIds)) {
    add("snapshots", typeId, count);
    add("gigabytes", typeId, Number(gib));
  }
  return sum;
}

/** A project's limits, those of every volume type with them. */
export async function limits(tx: Pick<Tx<Storage>, "db">, projectId: string): Promise<Record<string, number>> {
  return quotaLimits(tx, quotaService, projectId, await defaults(tx));
}

/** What every project has: the built-in amounts, overridden by the default class of quotas. */
export async function defaults(tx: Pick<Tx<Storage>, "db">): Promise<Record<string, number>> {
  const builtIn = defaultsWith((await listTypes(tx.db)).map(({ name }) => name));
  return quotaLimits(tx, quotaService, classOf("default"), builtIn);
}

/** Classes of quotas are kept beside those of projects. */
export const classOf = (name: string) => `class:${name}`;

type Amounts = Partial<Record<"volumes" | "snapshots" | "gigabytes", number>>;

/** Lets the amounts pass or refuses them with Cinder's sentence; until the transaction ends nobody else of the project passes. */
export async function takeRoom(tx: Tx<Storage>, projectId: string, type: VolumeType, asked: Amounts) {
  const ofType = Object.entries(asked).map(([what, amount]) => [`${what}_${type.name}`, amount]);
  await withinQuota(tx, {
    service: quotaService,
    projectId,
    defaults: await defaults(tx),
    asked: { ...asked, ...Object.fromEntries(ofType) },
    used: (projectIds) => usage(tx, projectIds),
    refuse: overLimit,
  });
}

/** Refuses a volume that is larger than one volume may be. */
export async function requireVolumeSize(tx: Tx<Storage>, projectId: string, gib: number) {
  const most = (await limits(tx, projectId)).per_volume_gigabytes ?? -1;
  if (most >= 0 && gib > most)
    throw badRequest(
      `VolumeSizeExceedsLimit: Requested volume size ${gib}G is larger than maximum allowed limit ${most}G.`,
    );
}

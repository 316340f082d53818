import type { Tx } from "#platform/service/kit.ts";
import { withinQuota } from "#platform/store/quota.ts";
import type { NetworkScope } from "../kit.ts";
import { overQuota } from "../refusals.ts";
import { countOf } from "../resource/resource.store.ts";
import { type QuotaName, quotaDefaults } from "./quota.ts";

const tables = {
  network: "networkNetworks",
  subnet: "networkSubnets",
  port: "networkPorts",
  router: "networkRouters",
  floatingip: "networkFloatingIps",
  security_group: "networkSecurityGroups",
  security_group_rule: "networkSecurityGroupRules",
} as const satisfies Record<QuotaName, string>;

/** Lets the project have so many more, or refuses. */
export async function spend(
  tx: Tx<NetworkScope>,
  projectId: string,
  asked: Partial<Record<QuotaName, number>>,
): Promise<void> {
  const names = Object.keys(asked) as QuotaName[];
  await withinQuota(tx, {
    service: "network",
    projectId,
    defaults: quotaDefaults,
    asked,
    used: (projectIds) => usage(tx, projectIds, names),
    refuse: overQuota,
  });
}

/** What these projects have together. */
export async function usage(
  tx: Pick<Tx<NetworkScope>, "db">,
  projectIds: readonly string[],
  names: readonly QuotaName[],
) {
  const used: Partial<Record<QuotaName, number>> = {};
  for (const name of names) used[name] = await countOf(tx.db, tables[name], projectIds);
  return used as Record<string, number>;
}

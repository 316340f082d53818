import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Offered } from "../claim/claim.ts";
import { capacity } from "../inventory/inventory.ts";
import type { Provider } from "../provider/provider.ts";

type Amounts = Record<string, number>;

/** Requests that a consumer may make as they are, and what stands behind each. */
export function candidates(fit: readonly Offered[], providers: readonly Provider[], resources: Amounts, v: Version) {
  return {
    allocation_requests: fit.map(({ id }) => request(id, resources, v)),
    provider_summaries: Object.fromEntries(fit.map((it) => [it.id, summary(it, providers, resources, v)])),
  };
}

function request(uuid: string, resources: Amounts, v: Version) {
  if (!atLeast(v, "1.12")) return { allocations: [{ resource_provider: { uuid }, resources }] };
  return { allocations: { [uuid]: { resources } }, ...(atLeast(v, "1.34") && { mappings: { "": [uuid] } }) };
}

function summary(it: Offered, providers: readonly Provider[], asked: Amounts, v: Version) {
  const shown = it.inventories.filter(({ resourceClass }) => atLeast(v, "1.27") || resourceClass in asked);
  const provider = providers.find(({ id }) => id === it.id);
  return {
    resources: Object.fromEntries(
      shown.map((has) => [has.resourceClass, { capacity: capacity(has), used: it.used[has.resourceClass] ?? 0 }]),
    ),
    ...(atLeast(v, "1.17") && { traits: it.traits }),
    ...(atLeast(v, "1.29") && {
      parent_provider_uuid: provider?.parentId ?? null,
      root_provider_uuid: provider?.rootId ?? it.id,
    }),
  };
}

import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Provider } from "../provider/provider.ts";
import { type Allocation, type Consumer, unknownKind } from "./allocation.ts";

/** A consumer's allocations, by provider. */
export function ofConsumer(
  it: Consumer | undefined,
  taken: readonly Allocation[],
  providers: readonly Provider[],
  v: Version,
) {
  const allocations = Object.fromEntries(
    providers.map(({ id, generation }) => [
      id,
      { generation, resources: amounts(taken.filter((row) => row.providerId === id)) },
    ]),
  );
  if (!it || !taken.length) return { allocations: {} };
  return {
    allocations,
    ...(atLeast(v, "1.12") && { project_id: it.projectId, user_id: it.userId }),
    ...generation(it, v),
    ...(atLeast(v, "1.38") && { consumer_type: it.kind ?? unknownKind }),
  };
}

/** A provider's allocations, by consumer. */
export function onProvider(
  provider: Provider,
  taken: readonly Allocation[],
  consumers: readonly Consumer[],
  v: Version,
) {
  const allocations = Object.fromEntries(
    consumers.map((it) => [
      it.id,
      { resources: amounts(taken.filter((row) => row.consumerId === it.id)), ...generation(it, v) },
    ]),
  );
  return { allocations, resource_provider_generation: provider.generation };
}

function generation(it: Consumer, v: Version) {
  return atLeast(v, "1.28") ? { consumer_generation: it.generation } : {};
}

function amounts(rows: readonly Allocation[]) {
  return Object.fromEntries(rows.map(({ resourceClass, used }) => [resourceClass, used]));
}

import type { Inventory } from "./inventory.ts";

export function shown(it: Inventory) {
  return {
    total: it.total,
    reserved: it.reserved,
    min_unit: it.minUnit,
    max_unit: it.maxUnit,
    step_size: it.stepSize,
    allocation_ratio: it.allocationRatio,
  };
}

export function shownOne(it: Inventory, generation: number) {
  return { ...shown(it), resource_provider_generation: generation };
}

export function shownAll(list: readonly Inventory[], generation: number) {
  const inventories = Object.fromEntries(list.map((it) => [it.resourceClass, shown(it)]));
  return { inventories, resource_provider_generation: generation };
}

import type { Membership } from "./aggregate/aggregate.ts";
import type { Allocation, Consumer } from "./allocation/allocation.ts";
import type { DecisionRow } from "./claim/claim.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { Provider } from "./provider/provider.ts";
import type { CustomName } from "./resource-class/resource-class.ts";
import type { ProviderTrait } from "./trait/trait.ts";

/** Rows are the domain's own types; the store spells them in snake_case for the database. */
export interface PlacementTables {
  placementProviders: Provider;
  placementInventories: Inventory;
  placementResourceClasses: CustomName;
  placementTraits: CustomName;
  placementProviderTraits: ProviderTrait;
  placementAggregates: Membership;
  placementConsumers: Consumer;
  placementAllocations: Allocation;
  placementDecisions: DecisionRow;
}

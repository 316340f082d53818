import { kit } from "#platform/service/kit.ts";
import type { PlacementTables } from "./tables.ts";

/** Everything placement may touch: its tables. It knows no neighbour and no metal. */
export type PlacementScope = {
  tables: PlacementTables;
  needs: Record<never, never>;
  driver: Record<never, never>;
  events: Record<never, never>;
};

export const { route, joined } = kit<PlacementScope>();

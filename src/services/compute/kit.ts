import { kit } from "#platform/service/kit.ts";
import type { BlockStorage } from "#services/block-storage/index.ts";
import type { Identity } from "#services/identity/index.ts";
import type { Image } from "#services/image/index.ts";
import type { Network } from "#services/network/index.ts";
import type { Placement } from "#services/placement/index.ts";
import type { ComputeDriver } from "./driver.ts";
import type { ComputeEvents } from "./events.ts";
import type { ComputeTables } from "./tables.ts";

/** Everything compute may touch. Widening it is a design decision, not a convenience. */
export type Compute = {
  tables: ComputeTables;
  needs: { identity: Identity; image: Image; network: Network; placement: Placement; blockStorage: BlockStorage };
  driver: ComputeDriver;
  events: ComputeEvents;
};

export const { route, action, asking, write, act, saga, loop, listener, joined } = kit<Compute>();

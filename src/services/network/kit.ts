import { kit, type Scope } from "#platform/service/kit.ts";
import type { Identity } from "#services/identity/index.ts";
import type { NetworkDriver } from "./driver.ts";
import type { NetworkEvents } from "./events.ts";
import type { NetworkTables } from "./tables.ts";

/** What the network service may touch. */
export interface NetworkScope extends Scope {
  tables: NetworkTables;
  needs: { identity: Identity };
  driver: NetworkDriver;
  events: NetworkEvents;
}

export const { route, stream, write, act, saga, loop, listener, joined } = kit<NetworkScope>();

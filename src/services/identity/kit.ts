import { type Ctx, kit, type Tx } from "#platform/service/kit.ts";
import type { PasswordDriver } from "./driver.ts";
import type { IdentityEvents } from "./events.ts";
import type { IdentityTables } from "./tables.ts";

/** Everything identity may touch. */
export type IdentityScope = {
  tables: IdentityTables;
  needs: Record<never, never>;
  driver: PasswordDriver;
  events: IdentityEvents;
};
export type Context = Ctx<IdentityScope>;
export type Transaction = Tx<IdentityScope>;

export const { route, asking, loop, joined } = kit<IdentityScope>();

import { type Ctx, kit, type Tx, type World } from "#platform/service/kit.ts";
import type { Artifacts } from "../artifact/index.ts";
import type { Identity } from "../identity/index.ts";
import type { Image } from "../image/index.ts";
import type { RegistryDriver } from "./driver.ts";
import type { RegistryTables } from "./tables.ts";

/** Everything the registry may touch. */
export type RegistryScope = {
  tables: RegistryTables;
  needs: { identity: Identity; image: Image; artifact: Artifacts };
  driver: RegistryDriver;
  events: Record<never, never>;
};
export type Context = Ctx<RegistryScope>;
export type Transaction = Tx<RegistryScope>;
export type Own = World<RegistryScope>;

export const { route, stream, act, saga, loop, listener } = kit<RegistryScope>();

import { kit } from "#platform/service/kit.ts";
import type { ArtifactDriver } from "./driver.ts";
import type { ArtifactTables } from "./tables.ts";

/** Everything artifact may touch. */
export type ArtifactScope = {
  tables: ArtifactTables;
  needs: object;
  driver: ArtifactDriver;
  events: object;
};

export const { route, stream, act, saga, loop, joined } = kit<ArtifactScope>();

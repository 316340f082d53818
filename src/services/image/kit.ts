import { kit } from "#platform/service/kit.ts";
import type { Identity } from "../identity/index.ts";
import type { ImageDriver } from "./driver.ts";
import type { ImageEvents } from "./events.ts";
import type { ImageTables } from "./tables.ts";

/** Everything image may touch. */
export type ImageScope = {
  tables: ImageTables;
  needs: { identity: Identity };
  driver: ImageDriver;
  events: ImageEvents;
};

export const { route, asking, stream, write, act, saga, loop, joined } = kit<ImageScope>();

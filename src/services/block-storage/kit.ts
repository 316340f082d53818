import { type Ctx, kit } from "#platform/service/kit.ts";
import type { Image } from "#services/image/index.ts";
import type { BlockStorageDriver } from "./driver.ts";
import type { BlockStorageEvents } from "./events.ts";
import type { BlockStorageTables } from "./tables.ts";

/** Everything block storage may touch. Widening it is a design decision, not a convenience. */
export type Storage = {
  tables: BlockStorageTables;
  needs: { image: Image };
  driver: BlockStorageDriver;
  events: BlockStorageEvents;
};

export type Context = Ctx<Storage>;

export const { route, action, asking, saga, write, act, loop, joined } = kit<Storage>();

/** Whose a list or a new resource is. */
export interface Owner {
  readonly projectId: string | undefined;
  readonly userId: string;
}
export function ownProject({ actor: { projectId, userId } }: Context): Owner {
  return { projectId, userId };
}

export function isAdmin({ actor }: Context): boolean {
  return actor.roles.includes("admin");
}

/** What links are made of. */
export function linkingOf({ url, actor: { projectId } }: Context) {
  return { url, projectId };
}

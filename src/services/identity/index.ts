import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";

/** What neighbours may ask of identity. */
export interface Identity {
  /** Whether an enabled project has this id. */
  hasProject(tx: Join, id: string): Promise<boolean>;
  /** The actor behind a token, from memory alone; undefined if it is not valid (any more). */
  verify(token: string): Promise<Actor | undefined>;
}

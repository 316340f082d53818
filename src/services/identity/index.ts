import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";

/** What neighbours may ask of identity. */
export interface Identity {
  /** Whether an enabled project has this id. */
  hasProject(tx: Join, id: string): Promise<boolean>;
  /** The actor behind a token, from memory alone; undefined if it is not valid (any more). */
  verify(token: string): Promise<Actor | undefined>;
  /** The address of a service as the catalogue that a project sees has it; undefined if it has none. */
  endpoint(tx: Join, asked: AskedEndpoint): Promise<string | undefined>;
}
export interface AskedEndpoint {
  readonly type: string;
  readonly region: string;
  readonly interface: string;
  readonly projectId?: string;
}

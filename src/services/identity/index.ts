import type { Actor } from "#platform/api/rules.ts";
import type { Join } from "#platform/store/join.ts";
import type { Branch } from "#platform/store/quota-tree.ts";

/** What neighbours may ask of identity. */
export interface Identity {
  /** Whether an enabled project has this id. */
  hasProject(tx: Join, id: string): Promise<boolean>;
  /** The actor behind a token, from memory alone; undefined if it is not valid (any more). */
  verify(token: string): Promise<Actor | undefined>;
  /** The id of an enabled project that is named by its id, or by its name in the default domain. */
  projectNamed(tx: Join, named: string): Promise<string | undefined>;
  /** The domain that a project lies in (a domain lies in itself); undefined where there is no such project. */
  domainOf(tx: Join, projectId: string): Promise<string | undefined>;
  /** A project and what it lies in, the nearest first; nothing where there is no such project. */
  lineage(tx: Join, projectId: string): Promise<readonly Branch[]>;
  /** The address of a service as the catalogue that a project sees has it; undefined if it has none. */
  endpoint(tx: Join, asked: AskedEndpoint): Promise<string | undefined>;
}
export interface AskedEndpoint {
  readonly type: string;
  readonly region: string;
  readonly interface: string;
  readonly projectId?: string;
}

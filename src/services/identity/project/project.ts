import type { Extra } from "../identity.ts";

/** A project, or (isDomain) a domain: then it belongs to none and has no parent. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domainId: string | null;
  readonly parentId: string | null;
  readonly isDomain: boolean;
  readonly enabled: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  readonly options: Extra;
  readonly extra: Extra;
}

/** A project as tokens and scopes need it: with its domain. */
export interface ScopedProject {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly domainName: string;
  readonly isDomain: boolean;
  /** Its own and its domain's. */
  readonly enabled: boolean;
}

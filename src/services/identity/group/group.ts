import type { Extra } from "../identity.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly description: string;
  readonly extra: Extra;
  /** Its id in its domain's directory; absent or null: it is kept here. */
  readonly directoryId?: string | null;
}

export interface Member {
  readonly groupId: string;
  readonly userId: string;
}

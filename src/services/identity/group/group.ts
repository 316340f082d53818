import type { Extra } from "../identity.ts";

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly description: string;
  readonly extra: Extra;
}

export interface Member {
  readonly groupId: string;
  readonly userId: string;
}

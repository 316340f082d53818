export type GroupPolicy = "affinity" | "anti-affinity" | "soft-affinity" | "soft-anti-affinity";

/** Servers that shall sit together, or apart. */
export interface ServerGroup {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly policy: GroupPolicy;
  /** How many of an anti-affinity group one host may carry (2.64). */
  readonly maxPerHost: number | null;
  readonly createdAt: string;
}

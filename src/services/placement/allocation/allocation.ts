/** Who takes: a server, as a rule. */
export interface Consumer {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  /** The consumer type of microversion 1.38. */
  readonly kind: string | null;
  readonly generation: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a consumer has taken of one resource class on one provider. */
export interface Allocation {
  readonly consumerId: string;
  readonly providerId: string;
  readonly resourceClass: string;
  readonly used: number;
}

/** Of microversion 1.38 on: what a consumer is called that never said its type. */
export const unknownKind = "unknown";

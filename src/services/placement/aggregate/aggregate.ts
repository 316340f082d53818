/** A provider's membership in an aggregate, which is nothing but a uuid here. */
export interface Membership {
  readonly providerId: string;
  readonly aggregate: string;
}

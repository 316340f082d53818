/** What the data plane is to have. */
export interface Wish<Spec> {
  readonly spec: Spec;
  /** What the data plane must know first and does not know yet: event and subject to wait for. */
  readonly waitsFor: { readonly event: string; readonly about: string } | null;
}

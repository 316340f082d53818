/** That a provider has a trait. */
export interface ProviderTrait {
  readonly providerId: string;
  readonly trait: string;
}

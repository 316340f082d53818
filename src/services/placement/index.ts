import type { Join } from "#platform/store/join.ts";

/** Amounts by resource class: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 }. */
export type Resources = Readonly<Record<string, number>>;
export interface Want {
  readonly resources: Resources;
  readonly requiredTraits?: readonly string[];
  readonly forbiddenTraits?: readonly string[];
  /** Only these hosts (by provider name); absent: any. */
  readonly hosts?: readonly string[];
  readonly projectId: string;
  readonly userId: string;
}
/** Why a host was not taken: { host: "c1", why: "needs 8 VCPU, has 6 of 16 free" }. */
export interface WhyNot {
  readonly host: string;
  readonly why: string;
}
export interface ProviderReport {
  readonly id: string;
  readonly name: string;
  readonly inventories: Readonly<
    Record<
      string,
      {
        total: number;
        reserved?: number;
        allocationRatio?: number;
        minUnit?: number;
        maxUnit?: number;
        stepSize?: number;
      }
    >
  >;
  readonly traits: readonly string[];
}
/** What neighbours may ask of placement. */
export interface Placement {
  /** Takes room on the best host in this transaction, or throws Refused whose message says for every host why not. The decision is kept. */
  claim(tx: Join, consumer: string, want: Want): Promise<{ readonly host: string; readonly whyNot: readonly WhyNot[] }>;
  /**
   * Keeps a refusal: the transaction of the claim that threw is rolled back, and what it would have kept with it, so the caller
   * gives the sentence back in another one (a saga's `failed`).
   */
  refused(tx: Join, consumer: string, sentence: string): Promise<void>;
  release(tx: Join, consumer: string): Promise<void>;
  /** Makes the provider be as reported (generation-checked inside). */
  report(tx: Join, provider: ProviderReport): Promise<void>;
  /** What is taken on each provider, by resource class. */
  usages(tx: Join, providerIds: readonly string[]): Promise<ReadonlyMap<string, Resources>>;
  /** The kept decision for a consumer, for "why is it there, why is it not". */
  explain(
    tx: Join,
    consumer: string,
  ): Promise<{ readonly host: string | null; readonly at: string; readonly whyNot: readonly WhyNot[] } | undefined>;
  /** Consumers with allocations: every one must be somebody's server. */
  consumers(tx: Join): Promise<readonly string[]>;
}

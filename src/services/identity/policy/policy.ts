import type { Extra } from "../identity.ts";

/** A policy document that the cloud keeps for some service; identity does not read it. */
export interface Policy {
  readonly id: string;
  readonly type: string;
  readonly blob: string;
  readonly extra: Extra;
}

/** What a policy is for: one endpoint, all of a service, or those of a service in a region and the regions below it. */
export interface Subject {
  readonly endpointId: string | null;
  readonly serviceId: string | null;
  readonly regionId: string | null;
}
export interface Association extends Subject {
  readonly policyId: string;
}

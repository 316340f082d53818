import type { Version } from "#platform/api/versions.ts";

/** The ledger: one line for each microversion, in the words users will read. */
export const versions: Record<Version, string> = {
  "1.0": "Artifacts of typed fields, their blobs, schemas of the types.",
  "1.1": "Quotas, and external locations of blobs are deleted (1.0 takes these requests too).",
};

import type { Version } from "#platform/api/versions.ts";

/** The registry has no microversions: one entry, the version of OCI's distribution specification. */
export const versions: Record<Version, string> = { "1.1": "OCI distribution: blobs, manifests, tags and referrers." };

/** Every shape holds from the only version on. */
export const since = "1.1";

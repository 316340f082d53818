import type { Version } from "#platform/api/versions.ts";

/** Network has no microversions: extensions say what is there. */
export const versions: Record<Version, string> = { "2.0": "The Network API." };

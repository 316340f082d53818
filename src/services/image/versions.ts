import type { Version } from "#platform/api/versions.ts";

/** Image has no microversions: what its discovery tells are features of one API. */
export const versions: Record<Version, string> = { "2.16": "Images, their bytes, tags, members and schemas." };

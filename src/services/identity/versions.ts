/** Identity has no microversions: one entry, the minor version of v3 that is announced. */
export const versions = {
  "3.14": "Users, groups, projects, domains, roles, the catalogue and tokens.",
} as const;

/** Every shape holds from the only version on. */
export const since = "3.14";

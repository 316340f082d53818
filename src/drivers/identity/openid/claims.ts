import type { Assertion } from "#services/identity/driver.ts";

export type Claims = Readonly<Record<string, unknown>>;

/**
 * Claims as the attributes that mappings speak of: "OIDC-groups", "HTTP_OIDC_GROUPS" and "OIDC_CLAIM_groups" are the claim
 * groups, as web servers spell them; what lies deeper has dots: "OIDC-realm_access.roles".
 */
export function assertionOf(issuer: string, claims: Claims): Assertion {
  const flat = Object.fromEntries(flattened({ ...claims, iss: issuer }));
  const spelled = Object.entries(flat).flatMap(([claim, values]) =>
    [`OIDC-${claim}`, `HTTP_OIDC_${claim.toUpperCase().replaceAll("-", "_")}`, `OIDC_CLAIM_${claim}`].map(
      (name) => [name, values] as const,
    ),
  );
  const user = flat.preferred_username ?? flat.email ?? flat.sub;
  return { ...Object.fromEntries(spelled), ...(user && { REMOTE_USER: user }) };
}

function flattened(claims: Claims, above = ""): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(claims).flatMap(([key, value]) => {
    const name = above + key;
    if (Array.isArray(value)) return [[name, value.filter((one) => typeof one !== "object").map(String)] as const];
    if (typeof value === "object" && value !== null) return flattened(value as Claims, `${name}.`);
    return value === null || value === undefined ? [] : [[name, [String(value)]] as const];
  });
}

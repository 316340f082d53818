import type { Revocation } from "./revocation.ts";

/** What each kind of mark is called outside. */
const names: Readonly<Record<string, string>> = {
  token: "audit_id",
  chain: "audit_chain_id",
  user: "user_id",
  project: "project_id",
  domain: "domain_id",
  trust: "OS-TRUST:trust_id",
  "application-credential": "application_credential_id",
  "identity-provider": "identity_provider_id",
  consumer: "OS-OAUTH1:consumer_id",
  "access-token": "OS-OAUTH1:access_token_id",
};

/** A revocation as services read it that check tokens by themselves. */
export function eventBody({ mark, revokedAt }: Revocation) {
  const at = `${revokedAt.slice(0, -1)}000Z`;
  return { ...whose(mark), issued_before: at, revoked_at: at };
}

function whose(mark: string) {
  const [kind = "", id = "", place = ""] = mark.split(":");
  if (kind !== "grant") return { [names[kind] ?? kind]: id };
  return { user_id: id, ...(place === "system" ? { scope: "system" } : { project_id: place }) };
}

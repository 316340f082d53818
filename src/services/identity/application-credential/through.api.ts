import type { Context } from "../kit.ts";
import { isoOf, microsOf } from "../moment.ts";
import type { Proof } from "../token/methods/method.ts";
import type { ApplicationCredential } from "./application-credential.ts";

export type Through = Pick<Proof, "bonds" | "scope" | "roles" | "expiresAt">;

/** What a token that is made through an application credential is bound to; undefined: it has expired. */
export function throughApplicationCredential(
  { now }: Pick<Context, "now">,
  it: ApplicationCredential,
): Through | undefined {
  const { id, name, unrestricted, expiresUs, accessRules, projectId, roles } = it;
  if (expiresUs !== null && expiresUs <= microsOf(now)) return undefined;
  const rules = accessRules.length > 0 && { accessRules };
  return {
    bonds: { applicationCredential: { id, name, restricted: !unrestricted, ...rules } },
    scope: { project: { id: projectId } },
    roles: roles.map((role) => role.id),
    ...(expiresUs !== null && { expiresAt: isoOf(expiresUs) }),
  };
}

import type { AccessRule } from "#platform/api/rules.ts";
import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import { spelt } from "../moment.ts";
import type { AccessRuleRow, ApplicationCredential } from "./application-credential.ts";

export function applicationCredentialBody(ctx: Context, it: ApplicationCredential) {
  const { id, name, description, userId, projectId, unrestricted, expiresUs, roles, accessRules } = it;
  return {
    id,
    name,
    description,
    user_id: userId,
    project_id: projectId,
    system: null,
    unrestricted,
    expires_at: expiresUs === null ? null : spelt(expiresUs),
    roles: roles.map((role) => ({ id: role.id, name: role.name, domain_id: role.domainId })),
    ...(accessRules.length > 0 && { access_rules: accessRules.map(briefly) }),
    ...self(ctx, `/users/${userId}/application_credentials/${id}`),
  };
}

export function accessRuleBody(ctx: Context, it: AccessRuleRow) {
  return { ...briefly(it), ...self(ctx, `/users/${it.userId}/access_rules/${it.id}`) };
}

function briefly({ id, service, method, path }: AccessRule) {
  return { id, path, service, method };
}

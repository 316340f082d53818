import type { Tie } from "../federation/ties.work.ts";
import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import { isInactive } from "./compliance.ts";
import type { User } from "./user.ts";

/** As Keystone writes it: to the microsecond, without a zone. */
export function moment(iso: string): string {
  return `${iso.slice(0, -1)}000`;
}

export function userBody(ctx: Context, it: User, federated: readonly Tie[] = []) {
  const { id, name, domainId: domain_id, enabled, defaultProjectId, options, extra } = it;
  const home = defaultProjectId === null ? {} : { default_project_id: defaultProjectId };
  return {
    ...extra,
    id,
    name,
    domain_id,
    enabled: enabled && !isInactive(ctx.settings, it, ctx.now),
    ...home,
    options,
    ...(federated.length > 0 && { federated }),
    password_expires_at: it.passwordExpiresAt ? moment(it.passwordExpiresAt) : null,
    ...self(ctx, `/users/${id}`),
  };
}

import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { User } from "./user.ts";

export function userBody(ctx: Context, it: User) {
  const { id, name, domainId: domain_id, enabled, defaultProjectId, options, extra } = it;
  const home = defaultProjectId === null ? {} : { default_project_id: defaultProjectId };
  return {
    ...extra,
    id,
    name,
    domain_id,
    enabled,
    ...home,
    options,
    password_expires_at: null,
    ...self(ctx, `/users/${id}`),
  };
}

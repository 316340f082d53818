import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Role } from "./role.ts";

export function roleBody(ctx: Context, { id, name, domainId, serviceId, description, options, extra }: Role) {
  const bound = serviceId !== null && { service_id: serviceId };
  return { ...extra, id, name, domain_id: domainId, ...bound, description, options, ...self(ctx, `/roles/${id}`) };
}

/** A role as inferences name it. */
export function roleBrief(ctx: Context, { id, name }: Role) {
  return { id, name, ...self(ctx, `/roles/${id}`) };
}

import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Limit, RegisteredLimit } from "./limit.ts";

export function registeredBody(ctx: Context, it: RegisteredLimit) {
  const { id, serviceId, regionId, resourceName, defaultLimit, description } = it;
  const what = { service_id: serviceId, region_id: regionId, resource_name: resourceName };
  return { id, ...what, default_limit: defaultLimit, description, ...self(ctx, `/registered_limits/${id}`) };
}

export function limitBody(ctx: Context, it: Limit) {
  const { id, projectId, domainId, serviceId, regionId, resourceName, resourceLimit, description } = it;
  const whose = { project_id: projectId, domain_id: domainId };
  const what = { service_id: serviceId, region_id: regionId, resource_name: resourceName };
  return { id, ...whose, ...what, resource_limit: resourceLimit, description, ...self(ctx, `/limits/${id}`) };
}

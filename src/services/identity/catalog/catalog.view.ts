import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Endpoint, Region, ServiceEntry } from "./catalog.ts";

export function regionBody(ctx: Context, { id, description, parentRegionId, extra }: Region) {
  const links = self(ctx, `/regions/${encodeURIComponent(id)}`);
  return { ...extra, id, description, parent_region_id: parentRegionId, ...links };
}

export function serviceBody(ctx: Context, { id, type, name, description, enabled, extra }: ServiceEntry) {
  const said = description === null ? {} : { description };
  return { ...extra, id, type, name, ...said, enabled, ...self(ctx, `/services/${id}`) };
}

export function endpointBody(
  ctx: Context,
  { id, serviceId, regionId, interface: face, url, enabled, projectId, extra }: Endpoint,
) {
  const place = { region_id: regionId, region: regionId };
  return {
    ...extra,
    id,
    service_id: serviceId,
    interface: face,
    url,
    enabled,
    ...place,
    ...(projectId !== null && { project_id: projectId }),
    ...self(ctx, `/endpoints/${id}`),
  };
}

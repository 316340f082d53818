import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { EndpointGroup, GroupProject } from "./endpoint-filter.ts";

export const root = "/OS-EP-FILTER";

export function groupBody(ctx: Context, { id, name, description, filters }: EndpointGroup) {
  return { id, name, description, filters, ...self(ctx, `${root}/endpoint_groups/${id}`) };
}

export function groupProjectBody(ctx: Context, { endpointGroupId, projectId }: GroupProject) {
  const links = self(ctx, `${root}/endpoint_groups/${endpointGroupId}/projects/${projectId}`);
  return { endpoint_group_id: endpointGroupId, project_id: projectId, ...links };
}

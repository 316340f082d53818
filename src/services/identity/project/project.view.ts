import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Project } from "./project.ts";

export function projectBody(ctx: Context, it: Project) {
  const { id, name, description, enabled, tags, options, extra } = it;
  const place = { domain_id: it.domainId, is_domain: it.isDomain, parent_id: it.parentId };
  return { ...extra, id, name, description, enabled, ...place, tags, options, ...self(ctx, `/projects/${id}`) };
}

export function domainBody(ctx: Context, it: Project) {
  const { id, name, description, enabled, tags, options, extra } = it;
  return { ...extra, id, name, description, enabled, tags, options, ...self(ctx, `/domains/${id}`) };
}

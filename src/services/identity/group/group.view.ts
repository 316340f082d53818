import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Group } from "./group.ts";

export function groupBody(ctx: Context, { id, name, domainId, description, extra }: Group) {
  return { ...extra, id, name, domain_id: domainId, description, ...self(ctx, `/groups/${id}`) };
}

import { forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { readProtection, type Verb } from "./protection.ts";

type Own = Ctx<ImageScope>;

/** Whether who asks may do this with a property of that name. */
export function mayProperty({ settings, may, actor }: Own, key: string, verb: Verb): boolean {
  const text = settings["image-property-protection"];
  if (text === undefined) return true;
  const rule = readProtection(text, settings["image-property-protection-by"] ?? "roles")(key, verb);
  return rule !== undefined && may(rule, { projectId: actor.projectId });
}

/** 403 in Glance's words for a property that is kept from who asks. */
export function requireProperty(ctx: Own, key: string, verb: Verb) {
  if (!mayProperty(ctx, key, verb)) throw forbidden(`Attribute '${key}' is reserved.`);
}

/** What of an image's properties who asks may read. */
export function readable<T extends { readonly properties: Readonly<Record<string, string>> }>(ctx: Own, it: T): T {
  if (ctx.settings["image-property-protection"] === undefined) return it;
  const seen = Object.entries(it.properties).filter(([key]) => mayProperty(ctx, key, "read"));
  return { ...it, properties: Object.fromEntries(seen) };
}

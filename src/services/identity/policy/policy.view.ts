import type { Context } from "../kit.ts";
import { self } from "../links.view.ts";
import type { Policy } from "./policy.ts";

export function policyBody(ctx: Context, { id, type, blob, extra }: Policy) {
  return { ...extra, id, type, blob, ...self(ctx, `/policies/${id}`) };
}

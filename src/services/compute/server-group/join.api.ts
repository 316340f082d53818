import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { limitsOf } from "../quota/quota.store.ts";
import { countMembers, findServerGroup } from "./server-group.store.ts";

/** The group that new servers shall join (the hint `group`), or a refusal with Nova's sentence. */
export async function joinable(ctx: Ctx<Compute>, groupId: string, count = 1): Promise<string> {
  const { projectId = "", roles } = ctx.actor;
  const it = await findServerGroup(ctx.db, groupId);
  if (!it || (it.projectId !== projectId && !roles.includes("admin")))
    throw badRequest(`Instance group ${groupId} could not be found.`);
  const { server_group_members: limit = -1 } = await limitsOf(ctx, projectId);
  if (limit >= 0 && (await countMembers(ctx.db, it.id)) + count > limit)
    throw forbidden("Quota exceeded, too many servers in group");
  return it.id;
}

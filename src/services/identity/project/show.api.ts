import { badRequest } from "#platform/api/errors.ts";
import type { Filters } from "../identity.ts";
import type { Context } from "../kit.ts";
import { listLimits } from "../limit/limit.store.ts";
import { limitBody } from "../limit/limit.view.ts";
import { aboveAsIds, belowAsIds } from "./branch.ts";
import { listAbove, listBelow, listProjectsOf } from "./project.store.ts";
import type { Project } from "./project.ts";
import { projectBody } from "./project.view.ts";

/** A project, with what is above and below it where that is asked for. */
export async function showProject(ctx: Context, it: Project, query: Filters) {
  for (const way of ["parents", "subtree"])
    if (is(query, `${way}_as_list`) && is(query, `${way}_as_ids`))
      throw badRequest(`Cannot use ${way}_as_list and ${way}_as_ids query params at the same time.`);
  return {
    project: { ...projectBody(ctx, it), ...(await parents(ctx, it, query)), ...(await subtree(ctx, it, query)) },
  };
}

async function parents(ctx: Context, it: Project, query: Filters) {
  if (is(query, "parents_as_ids")) return { parents: aboveAsIds(await listAbove(ctx.db, it.id)) };
  if (!is(query, "parents_as_list")) return {};
  return { parents: await listed(ctx, await listAbove(ctx.db, it.id), query) };
}

async function subtree(ctx: Context, it: Project, query: Filters) {
  if (is(query, "subtree_as_ids")) return { subtree: belowAsIds(await listBelow(ctx.db, it.id), it.id) };
  if (!is(query, "subtree_as_list")) return {};
  return { subtree: await listed(ctx, await listBelow(ctx.db, it.id), query) };
}

/** Those where the asker has a role, as Keystone has it. */
async function listed(ctx: Context, all: readonly Project[], query: Filters) {
  const own = new Set((await listProjectsOf(ctx, ctx.actor.userId, false)).map(({ id }) => id));
  const seen = all.filter(({ id }) => own.has(id));
  const bodies = [];
  for (const it of seen) bodies.push({ project: { ...projectBody(ctx, it), ...(await limits(ctx, it, query)) } });
  return bodies;
}

async function limits(ctx: Context, { id }: Project, query: Filters) {
  if (!is(query, "include_limits")) return {};
  return { limits: (await listLimits(ctx.db, {}, { projectId: id })).map((it) => limitBody(ctx, it)) };
}

/** Present and not "0". */
function is(query: Filters, key: string): boolean {
  const value = [query[key]].flat().at(-1);
  return value !== undefined && value !== "0";
}

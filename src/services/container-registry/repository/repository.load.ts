import { refusal } from "../error.ts";
import type { Context } from "../kit.ts";
import { rule } from "./repository.rules.ts";
import { type Repository, readName } from "./repository.ts";

export interface Named {
  readonly path: { readonly name: string };
}

/** The repository that a path names, whether there is anything in it or not. */
export async function load(ctx: Context, { path: { name } }: Named): Promise<Repository> {
  const it = readName(name);
  if (!it) throw refusal("NAME_INVALID", `${JSON.stringify(name)} is no name of a repository.`);
  const projectId = it.repository && (await projectOf(ctx, it.project));
  if (!projectId) throw unknownName(name);
  return { projectId, repository: it.repository, name };
}

export function unknownName(name: string) {
  return refusal(
    "NAME_UNKNOWN",
    `There is no repository ${name}: names begin with a project's name or id, and a slash.`,
  );
}

/** The same, for who may pull from it: to others even what is not there says nothing. */
export async function loadSeen(ctx: Context, named: Named): Promise<Repository> {
  const it = await load(ctx, named);
  if (!ctx.may(rule.pull, it)) throw unknownName(it.name);
  return it;
}

/** The same, to be pushed to. Artifacts are made by their own service. */
export async function loadToPush(ctx: Context, named: Named): Promise<Repository> {
  const it = await load(ctx, named);
  if (!it.repository.startsWith("artifacts/") || !ctx.may(rule.push, it)) return it;
  throw refusal("UNSUPPORTED", `${it.name} shows what the artifact service has: make artifacts there.`);
}

/** A project by its id, or by its name in the default domain. */
async function projectOf(ctx: Context, named: string): Promise<string | undefined> {
  const { projectId, projectName, projectDomainId } = ctx.actor;
  if (named === projectId || (named === projectName && projectDomainId === "default")) return projectId;
  return ctx.needs.identity.projectNamed(ctx, named);
}

import { ApiError, badRequest, forbidden } from "#platform/api/errors.ts";
import type { Actor } from "#platform/api/rules.ts";
import { extraOf, hexId, optionsAfter } from "../identity.ts";
import type { Context } from "../kit.ts";
import { maxDepth } from "./branch.ts";
import { freeName } from "./change.api.ts";
import { type CreateProject, projectNames } from "./project.schema.ts";
import { getDomain, getProject, insertProject, listAbove } from "./project.store.ts";
import type { Project } from "./project.ts";
import { projectBody } from "./project.view.ts";

export interface Place {
  readonly domainId: string | null;
  readonly parent: Project | undefined;
  readonly target: object;
}

/** Where a new project is to be. */
export async function place(ctx: Context, { body }: { body: CreateProject }): Promise<Place> {
  const { domain_id, parent_id, is_domain } = body.project;
  if (is_domain) return { domainId: null, parent: undefined, target: { project: { domainId: null } } };
  const parent = parent_id ? await refer(getProject(ctx.db, parent_id)) : undefined;
  const home = domain_id ?? (parent && (parent.domainId ?? parent.id)) ?? homeOf(ctx.actor);
  return { domainId: home, parent, target: { project: { domainId: home } } };
}

/** The domain that somebody acts in. */
function homeOf({ domainId, projectDomainId }: Actor): string {
  return domainId ?? projectDomainId ?? "default";
}

/** What a new project speaks of has to be there: a wrong word, not a missing page. */
async function refer<T>(found: Promise<T>): Promise<T> {
  return found.catch((why: unknown) => {
    throw why instanceof ApiError && why.status === 404 ? badRequest(why.message) : why;
  });
}

/** https://docs.openstack.org/api-ref/identity/v3/#create-project */
export async function create(ctx: Context, { domainId, parent }: Place, { body }: { body: CreateProject }) {
  const { project: asked } = body;
  if (asked.is_domain && asked.parent_id) throw badRequest("only root projects are allowed to act as domains.");
  if (domainId !== null) await fits(ctx, domainId, parent);
  const it: Project = {
    id: hexId(ctx.newId()),
    name: asked.name.trim(),
    domainId,
    parentId: parent?.id ?? domainId,
    isDomain: asked.is_domain === true,
    enabled: asked.enabled ?? true,
    description: asked.description ?? "",
    tags: asked.tags ?? [],
    options: optionsAfter({}, asked.options) ?? {},
    extra: extraOf(asked, projectNames),
  };
  await freeName(ctx, it);
  await insertProject(ctx.db, it);
  return { project: projectBody(ctx, it) };
}

/** A project lies in its parent's domain, in a branch that is enabled, and not too deep. */
async function fits({ db, settings }: Context, domainId: string, parent: Project | undefined) {
  const domain = await refer(getDomain(db, domainId));
  if (parent && (parent.domainId ?? parent.id) !== domain.id) throw badRequest(elsewhere(domain, parent));
  const above = parent ? [parent, ...(await listAbove(db, parent.id))] : [domain];
  const disabled = above.find(({ enabled }) => !enabled);
  if (disabled) throw badRequest(`cannot create a project in a branch containing a disabled project: ${disabled.id}`);
  if (above.length > maxDepth(settings)) throw forbidden(`Max hierarchy depth reached for ${above[0]!.id} branch.`);
}

function elsewhere({ id }: Project, parent: Project): string {
  if (parent.isDomain)
    return `Cannot create project, the parent (${parent.id}) is acting as a domain, but this project's domain id (${id}) does not match the parent's id.`;
  return `Cannot create project, since it specifies its domain_id ${id}, but specifies a parent in a different domain (${parent.domainId}).`;
}

import { unauthorized } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { expecting } from "../errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import { type Place, SYSTEM } from "../grant/grant.ts";
import { findProject, findProjectNamed, findScopedProject } from "../project/project.store.ts";
import type { ScopedProject } from "../project/project.ts";
import type { IdentityTables } from "../tables.ts";
import type { KnownUser } from "../user/user.ts";
import type { AskedScope, Which } from "./token.schema.ts";
import type { Named, TokenScope } from "./token.ts";

type D = Db<IdentityTables>;
interface Taken {
  readonly scope: TokenScope;
  readonly roles: readonly Named[];
}
const UNSCOPED: Taken = { scope: { kind: "unscoped" }, roles: [] };

/** The scope that a login asks for (or has by default) and the user's roles there; 401 where it has none. */
export async function takeScope(db: D, user: KnownUser, asked: AskedScope | "unscoped" | undefined): Promise<Taken> {
  if (asked === undefined) return (await byDefault(db, user)) ?? UNSCOPED;
  if (typeof asked === "string" || asked.unscoped) return UNSCOPED;
  if (asked.system) return onSystem(db, user);
  if (asked.project)
    return required(await onProject(db, user, await findScopedProject(db, which(asked.project, "project"))));
  if (asked.domain) return required(await onDomain(db, user, asked.domain));
  throw expecting("project, domain or system", "scope");
}

async function byDefault(db: D, user: KnownUser): Promise<Taken | undefined> {
  const { defaultProjectId: id } = user;
  return id ? onProject(db, user, await findScopedProject(db, { id })) : undefined;
}

async function onSystem(db: D, user: KnownUser): Promise<Taken> {
  return required(await holding(db, user, SYSTEM, { kind: "system" }));
}

async function onProject(db: D, user: KnownUser, it: ScopedProject | undefined): Promise<Taken | undefined> {
  if (!it?.enabled) return undefined;
  const { id, name, isDomain } = it;
  const project = { id, name, isDomain, domain: { id: it.domainId, name: it.domainName } };
  return holding(db, user, { projectId: id, domainId: null }, { kind: "project", project });
}

async function onDomain(db: D, user: KnownUser, asked: { id?: string; name?: string }): Promise<Taken | undefined> {
  const it = asked.id ? await findProject(db, asked.id) : await findProjectNamed(db, asked.name ?? "", null);
  if (!it?.enabled || !it.isDomain) return undefined;
  const { id, name } = it;
  return holding(db, user, { projectId: null, domainId: id }, { kind: "domain", domain: { id, name } });
}

async function holding(db: D, user: KnownUser, at: Place, scope: TokenScope): Promise<Taken | undefined> {
  const roles = await listEffectiveRoles(db, user.id, at);
  return roles.length > 0 ? { scope, roles } : undefined;
}

function required(taken: Taken | undefined): Taken {
  if (!taken) throw unauthorized();
  return taken;
}

/** How a user or a project is named in a login. */
export function which({ id, name, domain }: Which, what: string) {
  if (id) return { id };
  if (!name) throw expecting("id or name", what);
  if (!domain?.id && !domain?.name) throw expecting("domain", what);
  return { name, domain };
}

import { unauthorized } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import { expecting } from "../errors.ts";
import { listHeldRoles } from "../grant/grant.store.ts";
import { type Place, SYSTEM } from "../grant/grant.ts";
import { findProject, findProjectNamed, findScopedProject } from "../project/project.store.ts";
import type { ScopedProject } from "../project/project.ts";
import type { HeldRole } from "../role/role.ts";
import type { IdentityTables } from "../tables.ts";
import type { Proof } from "./methods/method.ts";
import { type AskedScope, which } from "./token.schema.ts";
import { scopeOf, type TokenScope } from "./token.ts";

type D = Db<IdentityTables>;
interface Taken {
  readonly scope: TokenScope;
  readonly roles: readonly HeldRole[];
}
const UNSCOPED: Taken = { scope: { kind: "unscoped" }, roles: [] };

/** Who takes a scope, with the groups that a federation has given, and the roles that are all there may be. */
type Holder = Pick<Proof, "user" | "bonds" | "roles">;

/** The scope that a login asks for (or has by default) and the user's roles there; 401 where it has none. */
export async function takeScope(db: D, who: Holder, asked: AskedScope | "unscoped" | undefined): Promise<Taken> {
  if (asked === undefined) return (await byDefault(db, who)) ?? UNSCOPED;
  if (typeof asked === "string" || asked.unscoped) return UNSCOPED;
  if (asked.system) return onSystem(db, who);
  if (asked.project)
    return required(await onProject(db, who, await findScopedProject(db, which(asked.project, "project"))));
  if (asked.domain) return required(await onDomain(db, who, asked.domain));
  throw expecting("project, domain or system", "scope");
}

async function byDefault(db: D, who: Holder): Promise<Taken | undefined> {
  const { defaultProjectId: id } = who.user;
  if (who.bonds?.federation) return undefined;
  return id ? onProject(db, who, await findScopedProject(db, { id })) : undefined;
}

async function onSystem(db: D, who: Holder): Promise<Taken> {
  return required(await holding(db, who, SYSTEM, { kind: "system" }));
}

async function onProject(db: D, who: Holder, it: ScopedProject | undefined): Promise<Taken | undefined> {
  if (!it?.enabled) return undefined;
  return holding(db, who, { projectId: it.id, domainId: null }, scopeOf(it));
}

async function onDomain(db: D, who: Holder, asked: { id?: string; name?: string }): Promise<Taken | undefined> {
  const it = asked.id ? await findProject(db, asked.id) : await findProjectNamed(db, asked.name ?? "", null);
  if (!it?.enabled || !it.isDomain) return undefined;
  const { id, name } = it;
  return holding(db, who, { projectId: null, domainId: id }, { kind: "domain", domain: { id, name } });
}

async function holding(db: D, who: Holder, at: Place, scope: TokenScope): Promise<Taken | undefined> {
  const held = await listHeldRoles(db, who.user.id, at, { groups: who.bonds?.federation?.groups ?? [] });
  const roles = who.roles ? held.filter(({ id }) => who.roles!.includes(id)) : held;
  return roles.length > 0 ? { scope, roles } : undefined;
}

function required(taken: Taken | undefined): Taken {
  if (!taken) throw unauthorized();
  return taken;
}

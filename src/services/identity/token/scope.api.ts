import { unauthorized } from "#platform/api/errors.ts";
import { expecting } from "../errors.ts";
import { listHeldRoles, type Moment } from "../grant/grant.store.ts";
import { type Place, SYSTEM } from "../grant/grant.ts";
import { findProject, findProjectNamed, findScopedProject } from "../project/project.store.ts";
import type { ScopedProject } from "../project/project.ts";
import type { HeldRole } from "../role/role.ts";
import type { Proof } from "./methods/method.ts";
import { type AskedScope, which } from "./token.schema.ts";
import { scopeOf, type TokenScope } from "./token.ts";

interface Taken {
  readonly scope: TokenScope;
  readonly roles: readonly HeldRole[];
}
const UNSCOPED: Taken = { scope: { kind: "unscoped" }, roles: [] };

/** Who takes a scope, with the groups that a federation has given, and the roles that are all there may be. */
type Holder = Pick<Proof, "user" | "bonds" | "roles">;

/** The scope that a login asks for (or has by default) and the user's roles there; 401 where it has none. */
export async function takeScope(tx: Moment, who: Holder, asked: AskedScope | "unscoped" | undefined): Promise<Taken> {
  if (asked === undefined) return (await byDefault(tx, who)) ?? UNSCOPED;
  if (typeof asked === "string" || asked.unscoped) return UNSCOPED;
  if (asked.system) return onSystem(tx, who);
  if (asked.project)
    return required(await onProject(tx, who, await findScopedProject(tx.db, which(asked.project, "project"))));
  if (asked.domain) return required(await onDomain(tx, who, asked.domain));
  throw expecting("project, domain or system", "scope");
}

async function byDefault(tx: Moment, who: Holder): Promise<Taken | undefined> {
  const { defaultProjectId: id } = who.user;
  if (who.bonds?.federation) return undefined;
  return id ? onProject(tx, who, await findScopedProject(tx.db, { id })) : undefined;
}

async function onSystem(tx: Moment, who: Holder): Promise<Taken> {
  return required(await holding(tx, who, SYSTEM, { kind: "system" }));
}

async function onProject(tx: Moment, who: Holder, it: ScopedProject | undefined): Promise<Taken | undefined> {
  if (!it?.enabled) return undefined;
  return holding(tx, who, { projectId: it.id, domainId: null }, scopeOf(it));
}

async function onDomain(tx: Moment, who: Holder, asked: { id?: string; name?: string }): Promise<Taken | undefined> {
  const it = asked.id ? await findProject(tx.db, asked.id) : await findProjectNamed(tx.db, asked.name ?? "", null);
  if (!it?.enabled || !it.isDomain) return undefined;
  const { id, name } = it;
  return holding(tx, who, { projectId: null, domainId: id }, { kind: "domain", domain: { id, name } });
}

async function holding(tx: Moment, who: Holder, at: Place, scope: TokenScope): Promise<Taken | undefined> {
  const held = await listHeldRoles(tx, who.user.id, at, { groups: who.bonds?.federation?.groups ?? [] });
  const roles = who.roles ? held.filter(({ id }) => who.roles!.includes(id)) : held;
  return roles.length > 0 ? { scope, roles } : undefined;
}

function required(taken: Taken | undefined): Taken {
  if (!taken) throw unauthorized();
  return taken;
}

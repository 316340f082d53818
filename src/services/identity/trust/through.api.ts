import { ApiError, forbidden, unauthorized } from "#platform/api/errors.ts";
import { listEffectiveRoles } from "../grant/grant.store.ts";
import type { Transaction } from "../kit.ts";
import { isoOf } from "../moment.ts";
import { findScopedProject } from "../project/project.store.ts";
import { listImplied, listRolesOf } from "../role/role.store.ts";
import { implied, soonest } from "../role/role.ts";
import type { Bonds, Named, TokenScope } from "../token/token.ts";
import { scopeOf } from "../token/token.ts";
import { findKnownUser } from "../user/user.store.ts";
import type { KnownUser } from "../user/user.ts";
import { findTrust, pedigree, takeUse } from "./trust.store.ts";
import { fitsInto, refused, type Trust } from "./trust.ts";

/** What a trust comes to for its trustee. */
export interface Entrusted {
  readonly scope: TokenScope;
  readonly roles: readonly Named[];
  readonly bonds: Bonds;
  /** Whose the token is: the trustor's own, where it lets itself be impersonated. */
  readonly user: KnownUser;
  readonly expiresAt?: string;
}

/** Takes one use of a trust for its trustee; refused when anybody in its chain has lost what it stands on. */
export async function takeTrust(tx: Transaction, trustee: KnownUser, id: string): Promise<Entrusted> {
  const it = await findTrust(tx.db, id, tx.now);
  if (!it) throw unauthorized();
  if (it.trusteeUserId !== trustee.id) throw refused();
  const chain = await standing(tx, it);
  const agents = await agentsOf(tx, chain);
  const { trustorUserId: originId } = chain.at(-1)!;
  const { until, ...given } = await giving(tx, it, originId);
  if (!(await takeUse(tx.db, id))) throw forbidden(`No remaining uses for trust: ${id}.`);
  const { trustorUserId: trustorId, trusteeUserId: trusteeId, impersonation, expiresUs } = it;
  const ends = [...until, ...(expiresUs === null ? [] : [isoOf(expiresUs)])].sort();
  const domainIds = [...new Set(agents.map(({ domainId }) => domainId))];
  const others = agents.map((agent) => agent.id).filter((other) => other !== trustorId && other !== trusteeId);
  return {
    ...given,
    bonds: { trust: { id, trustorId, trusteeId, impersonation, originId, others, domainIds } },
    user: impersonation ? agents.find((agent) => agent.id === trustorId)! : trustee,
    ...(ends[0] !== undefined && { expiresAt: ends[0] }),
  };
}

/** The chain, if each of its trusts still allows the next. */
async function standing({ db, now }: Transaction, it: Trust): Promise<Trust[]> {
  const chain = await pedigree(db, it, now).catch(unlessGone);
  for (const [i, child] of chain.slice(0, -1).entries()) fitsInto(chain[i + 1]!, child);
  return chain;
}

/** All who have a part in the chain; each has to be there, and enabled. */
async function agentsOf({ db }: Transaction, chain: readonly Trust[]): Promise<KnownUser[]> {
  const ids = new Set(chain.flatMap(({ trustorUserId, trusteeUserId }) => [trustorUserId, trusteeUserId]));
  const agents = [];
  for (const id of ids) {
    const it = await findKnownUser(db, { id });
    if (!it?.enabled) throw refused();
    agents.push(it);
  }
  return agents;
}

function unlessGone(why: unknown): never {
  throw why instanceof ApiError && why.status === 404 ? unauthorized() : why;
}

/** The roles of a trust and what they imply; all or none, as the first trustor still has them. */
async function giving(tx: Transaction, { projectId, roleIds }: Trust, originId: string) {
  if (!projectId) return { scope: { kind: "unscoped" } as const, roles: [], until: [] };
  const { db } = tx;
  const project = await findScopedProject(db, { id: projectId });
  if (!project?.enabled) throw unauthorized();
  const held = await listEffectiveRoles(tx, originId, { projectId, domainId: null }, [], { ofDomains: true });
  const ids = [...implied(roleIds, await listImplied(db)).keys()];
  if (!ids.every((id) => held.some((role) => role.id === id))) throw refused();
  const roles = (await listRolesOf(db, ids)).filter(({ domainId }) => domainId === null);
  return { scope: scopeOf(project), roles, until: soonest(held.filter(({ id }) => ids.includes(id))) };
}

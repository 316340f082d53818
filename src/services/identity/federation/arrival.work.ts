import { forbidden, unauthorized } from "#platform/api/errors.ts";
import { insertGrant } from "../grant/grant.store.ts";
import { hexId } from "../identity.ts";
import type { Transaction } from "../kit.ts";
import { findProjectNamed, insertProject } from "../project/project.store.ts";
import { findRoleNamed } from "../role/role.store.ts";
import type { Proof } from "../token/methods/method.ts";
import { lastRevocation, revoke } from "../token/revocation.store.ts";
import { mark } from "../token/revocation.ts";
import { findKnownUser, findUserNamed, insertUser } from "../user/user.store.ts";
import { findFederatedUser, findGroupId, insertFederatedUser, putMemberships } from "./federated.store.ts";
import type { KnownProvider } from "./federation.ts";
import { type Assertion, applied, type Mapped, type Place } from "./mapping.ts";
import type { Way } from "./way.work.ts";

/** Who comes in by what the provider says: known from before, or from now on; with the groups that the mapping gives. */
export async function arrive(tx: Transaction, way: Way, assertion: Assertion): Promise<Proof> {
  const { provider, protocol, mapping } = way;
  requireOurs(way, assertion);
  const mapped = applied(mapping.rules, assertion);
  if (!mapped)
    throw unauthorized(
      "Could not map any federated user properties to identity values. Check the mapping that is used.",
    );
  if (mapped.user.type === "local") return { user: await local(tx, mapped) };
  const userId = await guest(tx, way, mapped, assertion);
  await provide(tx, way, userId, mapped);
  const user = await findKnownUser(tx.db, { id: userId });
  if (!user) throw unauthorized();
  const groups = await groupsOf(tx, provider, mapped);
  const bonds = { federation: { identityProvider: provider.id, protocol: protocol.id, groups } };
  return { user, bonds, ...(await join(tx, provider, userId, groups)) };
}

/** It has to be the provider that it says it is. */
function requireOurs({ provider, protocol }: Way, assertion: Assertion) {
  const names = assertion[protocol.remoteIdAttribute ?? "HTTP_OIDC_ISS"] ?? [];
  if (!names.some((name) => provider.remoteIds.includes(name)))
    throw forbidden("Incoming identity provider identifier not included among the accepted identifiers.");
}

async function local({ db }: Transaction, { user }: Mapped) {
  const { id, name, domain } = user;
  const by = id ? { id } : name && (domain?.id || domain?.name) ? { name, domain } : undefined;
  const found = by && (await findKnownUser(db, by));
  if (!found) throw unauthorized();
  return found;
}

/** The user here that stands for one of the provider's. */
async function guest(tx: Transaction, { provider, protocol }: Way, { user }: Mapped, assertion: Assertion) {
  const uniqueId = user.id ?? user.name ?? assertion.REMOTE_USER?.[0];
  if (!uniqueId)
    throw unauthorized("Could not map user while setting ephemeral user identity: the mapping names none.");
  const who = { idpId: provider.id, protocolId: protocol.id, uniqueId };
  const known = await findFederatedUser(tx.db, who);
  if (known) return known.userId;
  const displayName = user.name ?? uniqueId;
  const userId = await newGuest(tx, provider, user, displayName);
  const first = await insertFederatedUser(tx.db, { ...who, userId, displayName });
  if (!first) throw unauthorized("Somebody comes in as the same user at this moment; try again.");
  return userId;
}

async function newGuest({ db, newId, now }: Transaction, provider: KnownProvider, user: Mapped["user"], name: string) {
  const domainId = (await domainOf(db, user.domain)) ?? provider.domainId;
  const taken = await findUserNamed(db, name, domainId);
  const id = hexId(newId());
  await insertUser(db, {
    id,
    name: taken ? `${name} (${provider.id})` : name,
    domainId,
    enabled: true,
    defaultProjectId: null,
    passwordHash: null,
    options: {},
    extra: user.email ? { email: user.email } : {},
    createdAt: now,
  });
  return id;
}

async function domainOf(db: Transaction["db"], place: Place | undefined): Promise<string | undefined> {
  if (place?.id) return place.id;
  return place?.name ? (await findProjectNamed(db, place.name, null))?.id : undefined;
}

/** The groups that there are; what the mapping names besides counts for nothing. */
async function groupsOf({ db }: Transaction, provider: KnownProvider, { groupIds, groups }: Mapped): Promise<string[]> {
  const asked = [
    ...groupIds.map((id) => ({ id })),
    ...(await Promise.all(
      groups.map(async ({ name, domain }) => ({ name, domainId: (await domainOf(db, domain)) ?? provider.domainId })),
    )),
  ];
  const found = await Promise.all(asked.map((by) => findGroupId(db, by)));
  return [...new Set(found.filter((id) => id !== undefined))];
}

/** Whoever the provider no longer says to be in a group loses the tokens from when it did. */
async function join(tx: Transaction, provider: KnownProvider, userId: string, groups: readonly string[]) {
  const left = await putMemberships(tx.db, groups, { userId, idpId: provider.id, verifiedAt: tx.now });
  if (!left) return {};
  await revoke(tx, mark.user(userId));
  return { saw: await lastRevocation(tx.db) };
}

/** Projects that come along with the user, made where they are missing, with the user's roles there. */
async function provide(tx: Transaction, { provider }: Way, userId: string, { projects }: Mapped) {
  for (const { name, roles, domain } of projects) {
    const domainId = (await domainOf(tx.db, domain)) ?? provider.domainId;
    const projectId = (await findProjectNamed(tx.db, name, domainId))?.id ?? (await newProject(tx, name, domainId));
    for (const role of roles) {
      const it = await findRoleNamed(tx.db, role.name, null);
      if (!it) throw unauthorized(`The mapping gives a role that there is not: ${role.name}.`);
      const at = { userId, groupId: null, projectId, domainId: null, inherited: false };
      await insertGrant(tx.db, { ...at, roleId: it.id });
    }
  }
}

async function newProject({ db, newId }: Transaction, name: string, domainId: string): Promise<string> {
  const id = hexId(newId());
  const plain = { isDomain: false, enabled: true, description: "", tags: [], options: {}, extra: {} };
  await insertProject(db, { ...plain, id, name, domainId, parentId: domainId });
  return id;
}

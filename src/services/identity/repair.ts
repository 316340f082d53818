import type { Join } from "#platform/store/join.ts";
import { findEndpointFor, findServiceNamed, hasEndpoint, isImplied, lockBootstrap } from "./bootstrap.store.ts";
import {
  address,
  catalog,
  DEFAULT,
  implications,
  interfaces,
  newProject,
  newUser,
  plain,
  roleNamed,
  roles,
  service,
} from "./bootstrap.ts";
import { changeEntry, findRegion, insertRegion } from "./catalog/catalog.store.ts";
import { tellShown } from "./catalog/shown.ts";
import { hasGrant, insertGrant } from "./grant/grant.store.ts";
import { SYSTEM } from "./grant/grant.ts";
import { joined, type Transaction } from "./kit.ts";
import { changeProject, findProject, findProjectNamed, insertProject } from "./project/project.store.ts";
import { findRoleNamed, insertImplied } from "./role/role.store.ts";
import { revoke } from "./token/revocation.store.ts";
import { mark } from "./token/revocation.ts";
import { changeUser, findUserNamed } from "./user/user.store.ts";

/** What an administrator needs to administer, and the program to be found. */
export interface Wanted {
  readonly publicUrl: string;
  readonly region: string;
  /** The hash of the password that the administrator gets where that user has to be made, or with `reset` in any case. */
  readonly passwordHash: string;
  readonly reset: boolean;
}

/**
 * Puts back whatever of the administrator's user, project, roles and grants and of the catalogue is missing or switched off.
 * Returns a sentence for each thing that it has done: none when all was there.
 */
export async function repairIdentity(
  write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>,
  wanted: Wanted,
): Promise<readonly string[]> {
  return write(async (tx) => {
    const own = joined(tx);
    const done: string[] = [];
    await lockBootstrap(own.db);
    await repairDomain(own, done);
    await repairRoles(own, done);
    await repairAdministrator(own, wanted, done);
    await repairCatalog(own, wanted, done);
    await tellShown(own);
    return done;
  });
}

async function repairDomain({ db }: Transaction, done: string[]) {
  const it = await findProject(db, DEFAULT);
  const fresh = { ...plain, id: DEFAULT, name: "Default", domainId: null, parentId: null, isDomain: true };
  if (!it) {
    await insertProject(db, { ...fresh, description: "The default domain" });
    done.push("made the domain Default");
  } else if (!it.enabled) {
    await changeProject(db, it, { enabled: true });
    done.push(`enabled the domain ${it.name}`);
  }
}

async function repairRoles(tx: Transaction, done: string[]) {
  for (const name of roles) {
    if (await findRoleNamed(tx.db, name, null)) continue;
    await roleNamed(tx, name);
    done.push(`made the role ${name}`);
  }
  for (const [prior, implied] of implications) {
    const rule = { priorId: await roleNamed(tx, prior), impliedId: await roleNamed(tx, implied) };
    if (await isImplied(tx.db, rule)) continue;
    await insertImplied(tx.db, rule);
    done.push(`let the role ${prior} bring ${implied} with it`);
  }
}

async function repairAdministrator(tx: Transaction, wanted: Wanted, done: string[]) {
  const projectId = await repairProject(tx, done);
  const userId = await repairUser(tx, wanted, done);
  const roleId = await roleNamed(tx, "admin");
  for (const [where, at] of [
    ["the project admin", { projectId, domainId: null }],
    ["the system", SYSTEM],
  ] as const) {
    const grant = { roleId, userId, groupId: null, ...at, inherited: false };
    if (await hasGrant(tx.db, grant)) continue;
    await insertGrant(tx.db, grant);
    done.push(`gave the user admin the role admin on ${where}`);
  }
}

async function repairProject(tx: Transaction, done: string[]): Promise<string> {
  const it = await findProjectNamed(tx.db, "admin", DEFAULT);
  if (it?.enabled) return it.id;
  done.push(`${it ? "enabled" : "made"} the project admin`);
  if (!it) return newProject(tx, "admin");
  await changeProject(tx.db, it, { enabled: true });
  return it.id;
}

async function repairUser(tx: Transaction, { passwordHash, reset }: Wanted, done: string[]): Promise<string> {
  const it = await findUserNamed(tx.db, "admin", DEFAULT);
  if (!it) {
    done.push("made the user admin, with a new password");
    return newUser(tx, "admin", passwordHash);
  }
  if (!it.enabled) {
    await changeUser(tx.db, it, { enabled: true });
    done.push("enabled the user admin");
  }
  if (reset) {
    await changeUser(tx.db, it, { passwordHash });
    await revoke(tx, mark.user(it.id));
    done.push("gave the user admin a new password, and took back its tokens");
  }
  return it.id;
}

async function repairCatalog(tx: Transaction, { publicUrl, region }: Wanted, done: string[]) {
  if (!(await findRegion(tx.db, region))) {
    await insertRegion(tx.db, { id: region, description: "", parentRegionId: null, extra: {} });
    done.push(`made the region ${region}`);
  }
  for (const [type, name, path] of catalog) {
    const known = await findServiceNamed(tx.db, type, name);
    const serviceId = known?.id ?? (await service(tx, type, name));
    if (!known) done.push(`entered the service ${name} (${type}) in the catalogue`);
    if (known && !known.enabled) {
      await changeEntry(tx.db, "identityServices", known.id, { enabled: true });
      done.push(`enabled the service ${name}`);
    }
    for (const face of interfaces) {
      if (await hasEndpoint(tx.db, { serviceId, region, face })) continue;
      await repairEndpoint(tx, { serviceId, region, face, url: publicUrl + path });
      done.push(`entered the ${face} endpoint of ${name} in the catalogue`);
    }
  }
}

/** The one that was there at the beginning, if it still is: switched off, or in another region. */
async function repairEndpoint(tx: Transaction, it: Omit<Parameters<typeof address>[1], "fresh">) {
  const known = await findEndpointFor(tx.db, `${it.serviceId}:${it.face}`);
  const to = { url: it.url, regionId: it.region, enabled: true };
  if (known) await changeEntry(tx.db, "identityEndpoints", known.id, to);
  else await address(tx, { ...it, fresh: true });
}

import type { Join } from "#platform/store/join.ts";
import { findEndpointFor, findServiceNamed, lockBootstrap } from "./bootstrap.store.ts";
import { changeEntry, findRegion, insertEndpoint, insertRegion, insertService } from "./catalog/catalog.store.ts";
import { tellShown } from "./catalog/shown.ts";
import type { PasswordDriver } from "./driver.ts";
import { insertGrant } from "./grant/grant.store.ts";
import { SYSTEM } from "./grant/grant.ts";
import { hexId } from "./identity.ts";
import { joined, type Transaction } from "./kit.ts";
import { quotas } from "./limit/quotas.ts";
import { register } from "./limit/registered.api.ts";
import { findProject, insertProject } from "./project/project.store.ts";
import { findRoleNamed, insertImplied, insertRole } from "./role/role.store.ts";
import { ensureKey } from "./token/key.store.ts";
import { insertUser } from "./user/user.store.ts";

/** What a cloud begins with. */
export interface Beginning {
  readonly adminPassword: string;
  readonly demoPassword: string;
  /** Where clients reach the cloud, without a slash at the end. */
  readonly publicUrl: string;
  readonly region: string;
}
interface Hashes {
  readonly admin: string;
  readonly demo: string;
}

export const DEFAULT = "default";
export const roles = ["admin", "manager", "member", "reader", "service"];
export const implications = [
  ["admin", "manager"],
  ["manager", "member"],
  ["member", "reader"],
] as const;
export const projects = {
  admin: "The operators' own project.",
  demo: "A project to begin with.",
  service: "What the services themselves own.",
};
/** Each with a role on the project of its own name. */
const users = { admin: "admin", demo: "member", service: "service" };
export const catalog = [
  ["identity", "keystone", "/identity"],
  ["compute", "nova", "/compute/v2.1"],
  ["image", "glance", "/image"],
  ["artifact", "glare", "/artifact"],
  ["network", "neutron", "/network"],
  ["placement", "placement", "/placement"],
  ["block-storage", "cinder", "/volume/v3"],
  ["volumev3", "cinderv3", "/volume/v3/$(project_id)s"],
  ["container-registry", "registry", "/v2/"],
] as const;
export const interfaces = ["public", "internal", "admin"] as const;

/** Makes what is missing of a cloud's beginning; passwords are hashed only for users that are not there yet. */
export async function bootstrapIdentity(
  write: <T>(work: (tx: Join) => Promise<T>) => Promise<T>,
  passwords: PasswordDriver,
  it: Beginning,
): Promise<void> {
  const begun = await write(async (tx) => isBegun(joined(tx)));
  const hashes = begun
    ? null
    : { admin: await passwords.hash(it.adminPassword), demo: await passwords.hash(it.demoPassword) };
  await write((tx) => bootstrap(tx, it, hashes));
}

/**
 * The same in one transaction; may run at every start. Projects and users are made once: what an operator has deleted
 * stays deleted.
 */
export async function bootstrap(tx: Join, { publicUrl, region }: Beginning, hashes: Hashes | null): Promise<void> {
  const own = joined(tx);
  await lockBootstrap(own.db);
  await ensureKey(own);
  const role = await all(roles, (name) => roleNamed(own, name));
  for (const [prior, implied] of implications)
    await insertImplied(own.db, { priorId: role(prior), impliedId: role(implied) });
  if (hashes && !(await isBegun(own))) await begin(own, hashes, role);
  await addresses(own, publicUrl, region);
  await tellShown(own);
}

async function isBegun({ db }: Transaction): Promise<boolean> {
  return (await findProject(db, DEFAULT)) !== undefined;
}

type Ids = (name: string) => string;

async function begin(tx: Transaction, hashes: Hashes, role: Ids) {
  const it = { ...plain, id: DEFAULT, name: "Default", domainId: null, parentId: null, isDomain: true };
  await insertProject(tx.db, { ...it, description: "The default domain" });
  const project = await all(Object.keys(projects), (name) => newProject(tx, name));
  const user = await all(Object.keys(users), (name) =>
    newUser(tx, name, name in hashes ? hashes[name as keyof Hashes] : null),
  );
  for (const [name, mine] of Object.entries(users))
    await grant(tx, role(mine), user(name), { projectId: project(name), domainId: null });
  await grant(tx, role("admin"), user("admin"), SYSTEM);
}

async function all(names: readonly string[], make: (name: string) => Promise<string>): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, await make(name));
  return (name: string) => ids.get(name)!;
}

export const plain = { description: "", tags: [], options: {}, extra: {}, enabled: true } as const;

export async function roleNamed(tx: Transaction, name: string): Promise<string> {
  const found = await findRoleNamed(tx.db, name, null);
  if (found) return found.id;
  const id = hexId(tx.newId());
  await insertRole(tx.db, {
    id,
    name,
    domainId: null,
    serviceId: null,
    description: null,
    options: { immutable: true },
    extra: {},
  });
  return id;
}

export async function newProject(tx: Transaction, name: string): Promise<string> {
  const id = hexId(tx.newId());
  const place = { domainId: DEFAULT, parentId: DEFAULT, isDomain: false };
  await insertProject(tx.db, { ...plain, id, name, ...place, description: projects[name as keyof typeof projects] });
  return id;
}

export async function newUser(tx: Transaction, name: string, passwordHash: string | null): Promise<string> {
  const id = hexId(tx.newId());
  const home = { domainId: DEFAULT, defaultProjectId: null, enabled: true, createdAt: tx.now };
  await insertUser(tx.db, { id, name, ...home, passwordHash, options: {}, extra: {} });
  return id;
}

async function grant(
  { db }: Transaction,
  roleId: string,
  userId: string,
  at: { projectId: string | null; domainId: string | null },
) {
  await insertGrant(db, { roleId, userId, groupId: null, ...at, inherited: false });
}

/** The catalogue's own entries; they follow the cloud's address unless somebody has changed them. */
async function addresses(tx: Transaction, publicUrl: string, region: string) {
  if (!(await findRegion(tx.db, region)))
    await insertRegion(tx.db, { id: region, description: "", parentRegionId: null, extra: {} });
  for (const [type, name, path] of catalog) {
    const known = await findServiceNamed(tx.db, type, name);
    const serviceId = known?.id ?? (await service(tx, type, name));
    for (const face of interfaces) await address(tx, { serviceId, region, face, url: publicUrl + path, fresh: !known });
    if (!known) await limits(tx, type, { serviceId, regionId: region });
  }
}

/** What everybody may have of a service: from here on an operator's to change. */
async function limits(tx: Transaction, type: string, at: { serviceId: string; regionId: string }) {
  for (const [resourceName, [, defaultLimit]] of Object.entries(quotas[type] ?? {}))
    await register(tx, { id: hexId(tx.newId()), ...at, resourceName, defaultLimit, description: null });
}

export async function service(tx: Transaction, type: string, name: string): Promise<string> {
  const id = hexId(tx.newId());
  await insertService(tx.db, { id, type, name, description: null, enabled: true, extra: {} });
  return id;
}

interface Address {
  readonly serviceId: string;
  readonly region: string;
  readonly face: (typeof interfaces)[number];
  readonly url: string;
  /** Whether the service was made just now: only then are endpoints made; what somebody has struck stays struck. */
  readonly fresh: boolean;
}

export async function address(tx: Transaction, { serviceId, region, face, url, fresh }: Address) {
  const seed = `${serviceId}:${face}`;
  const it = fresh ? undefined : await findEndpointFor(tx.db, seed);
  if (it && (it.url !== url || it.regionId !== region))
    await changeEntry(tx.db, "identityEndpoints", it.id, { url, regionId: region });
  if (!fresh) return;
  const row = {
    id: hexId(tx.newId()),
    serviceId,
    regionId: region,
    interface: face,
    url,
    enabled: true,
    projectId: null,
    seed,
    extra: {},
  };
  await insertEndpoint(tx.db, row);
}

import type { Db } from "#platform/store/db.ts";
import { missing, taken } from "../errors.ts";
import { filtered, ordered } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { IdentityProvider, KnownProvider, Protocol, ServiceProvider } from "./federation.ts";
import type { Mapping } from "./mapping.ts";

type D = Db<IdentityTables>;

const duplicate = (what: string, id: string) => () => taken(what, `Duplicate entry found with ID ${id}`);

export async function insertProvider(db: D, { remoteIds, ...it }: KnownProvider) {
  await unique(db.insertInto("identityIdentityProviders").values(it).execute(), duplicate("identity_provider", it.id));
  await putRemoteIds(db, it.id, remoteIds);
}

export async function changeProvider(db: D, id: string, { remoteIds, ...to }: Partial<KnownProvider>) {
  if (Object.keys(to).length > 0)
    await db.updateTable("identityIdentityProviders").set(to).where("id", "=", id).execute();
  if (remoteIds) await putRemoteIds(db, id, remoteIds);
}

async function putRemoteIds(db: D, idpId: string, remoteIds: readonly string[]) {
  await db.deleteFrom("identityRemoteIds").where("idpId", "=", idpId).execute();
  if (remoteIds.length === 0) return;
  const rows = remoteIds.map((remoteId) => ({ remoteId, idpId }));
  await unique(db.insertInto("identityRemoteIds").values(rows).execute(), () =>
    taken("remote_id", `Duplicate remote ID: ${remoteIds.join(", ")}`),
  );
}

export async function findProvider(db: D, id: string): Promise<KnownProvider | undefined> {
  const row = await db.selectFrom("identityIdentityProviders").selectAll().where("id", "=", id).executeTakeFirst();
  return row && (await known(db, [row]))[0];
}

export async function getProvider(db: D, id: string): Promise<KnownProvider> {
  const it = await findProvider(db, id);
  if (!it) throw missing("Identity Provider", id);
  return it;
}

export async function listProviders(db: D, query: Filters): Promise<KnownProvider[]> {
  const all = filtered(db.selectFrom("identityIdentityProviders").selectAll(), query, {
    texts: ["id"],
    flags: ["enabled"],
  });
  return known(db, await ordered(all, query, ["id"]).execute());
}

/** The provider that calls itself this. */
export async function findProviderOf(db: D, remoteId: string, protocolId: string): Promise<KnownProvider | undefined> {
  const row = await db
    .selectFrom("identityRemoteIds as r")
    .innerJoin("identityProtocols as p", "p.idpId", "r.idpId")
    .select("r.idpId")
    .where("r.remoteId", "=", remoteId)
    .where("p.id", "=", protocolId)
    .executeTakeFirst();
  return row && findProvider(db, row.idpId);
}

/** The providers that have a protocol: where a browser that names the protocol alone may go. */
export async function listProvidersWith(db: D, protocolId: string): Promise<string[]> {
  const of = db.selectFrom("identityProtocols").select("idpId").where("id", "=", protocolId);
  return (await of.orderBy("idpId").execute()).map((row) => row.idpId);
}

async function known(db: D, rows: readonly IdentityProvider[]): Promise<KnownProvider[]> {
  const of = db.selectFrom("identityRemoteIds").selectAll().orderBy("remoteId");
  const remote = rows.length === 1 ? await of.where("idpId", "=", rows[0]!.id).execute() : await of.execute();
  return rows.map((it) => ({
    ...it,
    remoteIds: remote.filter(({ idpId }) => idpId === it.id).map(({ remoteId }) => remoteId),
  }));
}

/** With its protocols and what it said of its users; the users stay. */
export async function deleteProvider(db: D, id: string) {
  await db.deleteFrom("identityIdentityProviders").where("id", "=", id).execute();
}

export async function insertProtocol(db: D, it: Protocol) {
  await unique(db.insertInto("identityProtocols").values(it).execute(), duplicate("federation_protocol", it.id));
}

export function findProtocol(db: D, idpId: string, id: string): Promise<Protocol | undefined> {
  const of = db.selectFrom("identityProtocols").selectAll().where("idpId", "=", idpId).where("id", "=", id);
  return of.executeTakeFirst();
}

export async function getProtocol(db: D, idpId: string, id: string): Promise<Protocol> {
  const it = await findProtocol(db, idpId, id);
  if (!it) throw missing("federated protocol", `${id} for Identity Provider: ${idpId}`);
  return it;
}

export function listProtocols(db: D, idpId: string): Promise<Protocol[]> {
  return db.selectFrom("identityProtocols").selectAll().where("idpId", "=", idpId).orderBy("id").execute();
}

export async function changeProtocol(db: D, it: Protocol, to: Partial<Protocol>) {
  if (Object.keys(to).length === 0) return;
  const of = db.updateTable("identityProtocols").set(to).where("idpId", "=", it.idpId);
  await of.where("id", "=", it.id).execute();
}

export async function deleteProtocol(db: D, it: Protocol) {
  await db.deleteFrom("identityProtocols").where("idpId", "=", it.idpId).where("id", "=", it.id).execute();
}

export async function insertMapping(db: D, it: Mapping) {
  const row = { ...it, rules: JSON.stringify(it.rules) };
  await unique(db.insertInto("identityMappings").values(row).execute(), duplicate("mapping", it.id));
}

export function findMapping(db: D, id: string): Promise<Mapping | undefined> {
  return db.selectFrom("identityMappings").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getMapping(db: D, id: string): Promise<Mapping> {
  const it = await findMapping(db, id);
  if (!it) throw missing("mapping", id);
  return it;
}

export function listMappings(db: D): Promise<Mapping[]> {
  return db.selectFrom("identityMappings").selectAll().orderBy("id").execute();
}

export async function changeMapping(db: D, { id, rules, schemaVersion }: Mapping) {
  const set = { rules: JSON.stringify(rules), schemaVersion };
  await db.updateTable("identityMappings").set(set).where("id", "=", id).execute();
}

export async function isMappingUsed(db: D, id: string): Promise<boolean> {
  const of = db.selectFrom("identityProtocols").select("id").where("mappingId", "=", id);
  return (await of.limit(1).executeTakeFirst()) !== undefined;
}

export async function deleteMapping(db: D, id: string) {
  await db.deleteFrom("identityMappings").where("id", "=", id).execute();
}

export async function insertServiceProvider(db: D, it: ServiceProvider) {
  await unique(db.insertInto("identityServiceProviders").values(it).execute(), duplicate("service_provider", it.id));
}

export async function getServiceProvider(db: D, id: string): Promise<ServiceProvider> {
  const it = await db.selectFrom("identityServiceProviders").selectAll().where("id", "=", id).executeTakeFirst();
  if (!it) throw missing("Service Provider", id);
  return it;
}

export function listServiceProviders(db: D, query: Filters): Promise<ServiceProvider[]> {
  const all = db.selectFrom("identityServiceProviders").selectAll();
  return ordered(filtered(all, query, { texts: ["id"], flags: ["enabled"] }), query, ["id"]).execute();
}

export async function changeServiceProvider(db: D, id: string, to: Partial<ServiceProvider>) {
  if (Object.keys(to).length === 0) return;
  await db.updateTable("identityServiceProviders").set(to).where("id", "=", id).execute();
}

export async function deleteServiceProvider(db: D, id: string) {
  await db.deleteFrom("identityServiceProviders").where("id", "=", id).execute();
}

import { notFound } from "#platform/api/errors.ts";
import type { Db } from "#platform/store/db.ts";
import type { BlockStorageTables } from "../tables.ts";
import { defaultTypeName, type TypeAccess, type VolumeType } from "./volume-type.ts";

type Tables = Db<BlockStorageTables>;

export function insertType(db: Tables, it: VolumeType) {
  return db.insertInto("blockStorageTypes").values(it).execute();
}

export async function changeType(db: Tables, id: string, to: Partial<VolumeType>) {
  await db.updateTable("blockStorageTypes").set(to).where("id", "=", id).execute();
}

export function deleteTypeRow(db: Tables, id: string) {
  return db.deleteFrom("blockStorageTypes").where("id", "=", id).execute();
}

export function findType(db: Tables, id: string): Promise<VolumeType | undefined> {
  return all(db).where("id", "=", id).executeTakeFirst();
}

export function findTypeNamed(db: Tables, name: string): Promise<VolumeType | undefined> {
  return all(db).where("name", "=", name).executeTakeFirst();
}

export async function getType(db: Tables, id: string): Promise<VolumeType> {
  return (await findType(db, id)) ?? absent(id);
}

export async function getTypeByNameOrId(db: Tables, nameOrId: string): Promise<VolumeType> {
  return (await findType(db, nameOrId)) ?? (await findTypeNamed(db, nameOrId)) ?? absent(nameOrId, "name");
}

/** The type that a project's volumes have when they ask for none. */
export async function getDefaultType(db: Tables, projectId: string): Promise<VolumeType> {
  const own = await findDefault(db, projectId);
  return own ? getType(db, own.typeId) : getTypeByNameOrId(db, defaultTypeName);
}

export async function listTypes(db: Tables): Promise<VolumeType[]> {
  return all(db).orderBy("createdAt", "desc").orderBy("id", "desc").execute();
}

/** The ids of the private types that a project may use. */
export async function typesOpenTo(db: Tables, projectId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("blockStorageTypeAccess")
    .select("typeId")
    .where("projectId", "=", projectId)
    .execute();
  return new Set(rows.map(({ typeId }) => typeId));
}

export function listAccess(db: Tables, typeId: string): Promise<TypeAccess[]> {
  return db.selectFrom("blockStorageTypeAccess").selectAll().where("typeId", "=", typeId).execute();
}

/** Says false when the project had it already. */
export async function insertAccess(db: Tables, it: TypeAccess): Promise<boolean> {
  const made = await db
    .insertInto("blockStorageTypeAccess")
    .values(it)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return made.numInsertedOrUpdatedRows === 1n;
}

/** Says false when the project did not have it. */
export async function deleteAccess(db: Tables, { typeId, projectId }: TypeAccess): Promise<boolean> {
  const gone = await db
    .deleteFrom("blockStorageTypeAccess")
    .where("typeId", "=", typeId)
    .where("projectId", "=", projectId)
    .executeTakeFirst();
  return gone.numDeletedRows === 1n;
}

export async function isTypeUsed(db: Tables, typeId: string): Promise<boolean> {
  const one = await db
    .selectFrom("blockStorageVolumes")
    .select("id")
    .where("typeId", "=", typeId)
    .limit(1)
    .executeTakeFirst();
  return one !== undefined;
}

export function findDefault(db: Tables, projectId: string) {
  return db.selectFrom("blockStorageDefaultTypes").selectAll().where("projectId", "=", projectId).executeTakeFirst();
}

export function listDefaults(db: Tables) {
  return db.selectFrom("blockStorageDefaultTypes").selectAll().orderBy("projectId").execute();
}

export function putDefault(db: Tables, projectId: string, typeId: string) {
  return db
    .insertInto("blockStorageDefaultTypes")
    .values({ projectId, typeId })
    .onConflict((c) => c.column("projectId").doUpdateSet({ typeId }))
    .execute();
}

export function deleteDefault(db: Tables, projectId: string) {
  return db.deleteFrom("blockStorageDefaultTypes").where("projectId", "=", projectId).execute();
}

export async function isDefaultSomewhere(db: Tables, typeId: string): Promise<boolean> {
  return (await listDefaults(db)).some((it) => it.typeId === typeId);
}

function all(db: Tables) {
  return db.selectFrom("blockStorageTypes").selectAll();
}

function absent(what: string, by = "id"): never {
  throw notFound(
    by === "id" ? `Volume type ${what} could not be found.` : `Volume type with name ${what} could not be found.`,
  );
}

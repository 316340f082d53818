import { sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { paged, type Sort } from "#platform/store/page.ts";
import type { ImageTables } from "../tables.ts";
import type { Association, Definition, Kind, Namespace, ResourceType } from "./namespace.ts";

type Tables = Db<ImageTables>;

export interface NamespaceFilter {
  /** Whose private ones are seen beside the public ones; null: everybody's. */
  readonly seenBy: string | null;
  readonly visibility?: string | undefined;
  readonly resourceTypes?: readonly string[] | undefined;
}
export interface Paging<T> {
  readonly sort: readonly Sort[];
  readonly after?: T | undefined;
  readonly limit?: number | undefined;
}

export function listNamespaces(db: Tables, filter: NamespaceFilter, page: Paging<Namespace>): Promise<Namespace[]> {
  let rows = db.selectFrom("imageNamespaces").selectAll();
  const { seenBy, visibility, resourceTypes } = filter;
  if (seenBy !== null) rows = rows.where((eb) => eb.or([eb("owner", "=", seenBy), eb("visibility", "=", "public")]));
  if (visibility) rows = rows.where("visibility", "=", visibility as Namespace["visibility"]);
  if (resourceTypes)
    rows = rows.where("id", "in", (eb) =>
      eb.selectFrom("imageAssociations").select("namespaceId").where("name", "in", resourceTypes),
    );
  return paged(rows, page).execute();
}

export function findNamespace(db: Tables, namespace: string): Promise<Namespace | undefined> {
  return db.selectFrom("imageNamespaces").selectAll().where("namespace", "=", namespace).executeTakeFirst();
}

/** Says whether the name was free. */
export async function insertNamespace(db: Tables, it: Namespace): Promise<boolean> {
  const done = await db
    .insertInto("imageNamespaces")
    .values(it)
    .onConflict((found) => found.column("namespace").doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function changeNamespace(db: Tables, id: string, to: Partial<Namespace>) {
  await db.updateTable("imageNamespaces").set(to).where("id", "=", id).execute();
}

export async function deleteNamespace(db: Tables, id: string) {
  await db.deleteFrom("imageNamespaces").where("id", "=", id).execute();
}

export function listDefinitions(
  db: Tables,
  namespaceId: string,
  kind: Kind,
  page: Paging<Definition> = {
    sort: [
      { column: "createdAt", way: "desc" },
      { column: "id", way: "desc" },
    ],
  },
): Promise<Definition[]> {
  const rows = db
    .selectFrom("imageDefinitions")
    .selectAll()
    .where("namespaceId", "=", namespaceId)
    .where("kind", "=", kind);
  return paged(rows, page).execute();
}

export function findDefinition(
  db: Tables,
  namespaceId: string,
  kind: Kind,
  name: string,
): Promise<Definition | undefined> {
  return db
    .selectFrom("imageDefinitions")
    .selectAll()
    .where("namespaceId", "=", namespaceId)
    .where("kind", "=", kind)
    .where((eb) => (kind === "tag" ? eb(sql`lower(name)`, "=", name.toLowerCase()) : eb("name", "=", name)))
    .executeTakeFirst();
}

/** Says whether the name was free. */
export async function insertDefinition(db: Tables, it: Definition): Promise<boolean> {
  const done = await db
    .insertInto("imageDefinitions")
    .values({ ...it, body: JSON.stringify(it.body) as unknown as Definition["body"] })
    .onConflict((found) => found.doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function changeDefinition(
  db: Tables,
  id: string,
  { name, body, updatedAt }: Pick<Definition, "name" | "body" | "updatedAt">,
) {
  await db
    .updateTable("imageDefinitions")
    .set({ name, body: JSON.stringify(body) as unknown as Definition["body"], updatedAt })
    .where("id", "=", id)
    .execute();
}

export async function deleteDefinition(db: Tables, id: string) {
  await db.deleteFrom("imageDefinitions").where("id", "=", id).execute();
}

export async function deleteDefinitions(db: Tables, namespaceId: string, kind: Kind) {
  await db.deleteFrom("imageDefinitions").where("namespaceId", "=", namespaceId).where("kind", "=", kind).execute();
}

export function listResourceTypes(db: Tables): Promise<ResourceType[]> {
  return db.selectFrom("imageResourceTypes").selectAll().orderBy("name").execute();
}

/** Knows a resource type from now on. */
export async function learnResourceType(db: Tables, it: ResourceType) {
  await db
    .insertInto("imageResourceTypes")
    .values(it)
    .onConflict((found) => found.column("name").doNothing())
    .execute();
}

export function listAssociations(db: Tables, namespaceIds: readonly string[]): Promise<Association[]> {
  return db
    .selectFrom("imageAssociations")
    .selectAll()
    .where("namespaceId", "in", [...namespaceIds, ""])
    .orderBy("createdAt")
    .orderBy("name")
    .execute();
}

/** Says whether it was new. */
export async function insertAssociation(db: Tables, it: Association): Promise<boolean> {
  const done = await db
    .insertInto("imageAssociations")
    .values(it)
    .onConflict((found) => found.columns(["namespaceId", "name"]).doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** Says whether it was there. */
export async function deleteAssociation(db: Tables, namespaceId: string, name: string): Promise<boolean> {
  const done = await db
    .deleteFrom("imageAssociations")
    .where("namespaceId", "=", namespaceId)
    .where("name", "=", name)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
}

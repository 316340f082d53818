import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { paged } from "#platform/store/page.ts";
import type { ArtifactTables } from "../tables.ts";
import { type ArtifactFilter, type Condition, type Order, sortedField } from "./artifact.filter.ts";
import type { Artifact, Changes } from "./artifact.ts";
import { conditionSql, valueSql } from "./condition.store.ts";

type Tables = Db<ArtifactTables>;
/** Who looks at a list. */
export interface Seer {
  readonly projectId: string | undefined;
  readonly seesAll: boolean;
}
export interface Which {
  /** Absent: of all types. */
  readonly typeName?: string;
  readonly seer: Seer;
  readonly filter: ArtifactFilter;
}

export async function insertArtifact(db: Tables, it: Artifact) {
  await db
    .insertInto("artifactArtifacts")
    .values(written(it) as Artifact)
    .execute();
}

export function findArtifact(db: Tables, id: string): Promise<Artifact | undefined> {
  return db.selectFrom("artifactArtifacts").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The same, held until the end of the transaction. */
export function lockArtifact(db: Tables, id: string): Promise<Artifact | undefined> {
  return db.selectFrom("artifactArtifacts").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

/** Some artifacts, none of which can vanish until the end of the transaction. */
export function keepArtifacts(db: Tables, ids: readonly string[]): Promise<Artifact[]> {
  return db
    .selectFrom("artifactArtifacts")
    .selectAll()
    .where("id", "in", [...ids, ""])
    .orderBy("id")
    .forKeyShare()
    .execute();
}

export async function changeArtifact(db: Tables, id: string, to: Changes) {
  await db.updateTable("artifactArtifacts").set(written(to)).where("id", "=", id).execute();
}

export async function deleteArtifact(db: Tables, id: string) {
  await db.deleteFrom("artifactArtifacts").where("id", "=", id).execute();
}

export type Scope = Pick<Artifact, "typeName" | "name" | "version" | "owner" | "visibility">;

/** Another artifact of the same name and version in the same scope. Until the end of the transaction nobody else looks. */
export async function findSame(db: Tables, { typeName, name, version, owner, visibility }: Scope, but: string) {
  const turn = `artifact ${typeName} ${name} ${version} ${visibility === "public" ? "" : owner}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${turn}, 0))`.execute(db);
  let rows = db
    .selectFrom("artifactArtifacts")
    .select("id")
    .where((eb) => eb.and({ typeName, name, version, visibility }))
    .where("id", "!=", but);
  if (visibility === "private") rows = rows.where("owner", "=", owner);
  return rows.executeTakeFirst();
}

export interface ArtifactPage {
  readonly order: Order;
  readonly after?: Artifact | undefined;
  readonly limit?: number;
}

export async function listArtifacts(db: Tables, which: Which, page: ArtifactPage): Promise<Artifact[]> {
  const { order, after, limit } = page;
  const { field } = order;
  let rows = db.selectFrom(chosen(db, which, order).as("a")).selectAll("a");
  if (field) rows = rows.where(sql<SqlBool>`sorted_field is not null`);
  const marker = after && { ...after, ...(field && { [sortedField]: after.fields[field.name] ?? null }) };
  return paged(rows, { sort: order.sort, after: marker, limit }).execute();
}

export async function countArtifacts(db: Tables, which: Which): Promise<number> {
  const { count } = await db
    .selectFrom(chosen(db, which, { sort: [] }).as("a"))
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Artifacts that somebody may see and that fit a filter; the newest of each name only, if that is asked. */
function chosen(db: Tables, which: Which, { field }: Order) {
  const sorted = field ? valueSql(field.name, field.kind) : sql<null>`null`;
  let rows = db.selectFrom("artifactArtifacts").selectAll().select(sorted.as(sortedField));
  if (which.filter.latest) rows = rows.select(sql<string>`max(version_key) over (partition by name)`.as("newest"));
  for (const one of conditions(which)) rows = rows.where(one);
  const newest = db.selectFrom(rows.as("n")).selectAll("n");
  return which.filter.latest ? newest.where(sql<SqlBool>`version_key = newest`) : newest;
}

function conditions({ typeName, seer, filter }: Which): RawBuilder<SqlBool>[] {
  const all = filter.all.map((one: Condition) => conditionSql(one));
  if (typeName !== undefined) all.push(sql`type_name = ${typeName}`);
  if (!seer.seesAll) all.push(sql`(visibility = 'public' or owner = ${seer.projectId ?? ""})`);
  if (filter.some.length > 0)
    all.push(
      sql`(${sql.join(
        filter.some.map((one) => conditionSql(one)),
        sql` or `,
      )})`,
    );
  return all;
}

function written(it: Changes): Changes {
  return it.fields ? { ...it, fields: JSON.stringify(it.fields) as unknown as Artifact["fields"] } : it;
}

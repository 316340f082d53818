import { type SelectQueryBuilder, sql, type Updateable } from "kysely";
import type { Db } from "#platform/store/db.ts";
import { beyondNames } from "../directory/directory.ts";
import type { Seen } from "../directory/seen.ts";
import { missing, nameTaken } from "../errors.ts";
import { filtered, ordered, within } from "../filter.store.ts";
import type { Filters } from "../identity.ts";
import type { IdentityTables } from "../tables.ts";
import { unique } from "../unique.store.ts";
import type { KnownUser, User } from "./user.ts";

type D = Db<IdentityTables>;

export async function insertUser(db: D, it: User) {
  const row = { ...it, options: JSON.stringify(it.options), extra: JSON.stringify(it.extra) };
  await unique(db.insertInto("identityUsers").values(row).execute(), () => nameTaken("user", it.name, it.domainId));
}

export function findUser(db: D, id: string): Promise<User | undefined> {
  return db.selectFrom("identityUsers").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function getUser(db: D, id: string): Promise<User> {
  const it = await findUser(db, id);
  if (!it) throw missing("user", id);
  return it;
}

export function findUserNamed(db: D, name: string, domainId: string): Promise<User | undefined> {
  const of = db.selectFrom("identityUsers").selectAll().where("name", "=", name);
  return of.where("domainId", "=", domainId).executeTakeFirst();
}

const texts = ["id", "name", "domain_id", "default_project_id"];

/** Those kept here that fit; of those kept elsewhere, the ones that were just seen there: their names fit already. */
export function listUsers(db: D, query: Filters, domainId?: string, seen?: Seen): Promise<User[]> {
  const all = () => tied(within(db.selectFrom("identityUsers").selectAll(), domainId), query);
  const by = { texts, flags: ["enabled"], moments: ["password_expires_at"] };
  const here = filtered(all().where("directoryId", "is", null), query, by);
  if (!seen) return ordered(here, query).execute();
  const shown = here.where("domainId", "not in", [...seen.hidden, ""]);
  const there = filtered(all().where(sql<boolean>`id = any(${seen.ids})`), beyondNames(query), by);
  return ordered(db.selectFrom(shown.unionAll(there).as("users")).selectAll(), query).execute();
}

/** Narrows users to those who stand for somebody of an identity provider, as far as the query names it. */
function tied<DB, TB extends keyof DB, O>(select: SelectQueryBuilder<DB, TB, O>, query: Filters) {
  const columns = ["idp_id", "protocol_id", "unique_id"].filter((column) => query[column] !== undefined);
  if (columns.length === 0) return select;
  const fits = columns.map((column) => sql<boolean>`f.${sql.ref(column)} = ${[query[column]].flat().at(-1)}`);
  return select.where(
    sql<boolean>`id in (select f.user_id from identity_federated_users f where ${sql.join(fits, sql` and `)})`,
  );
}

export async function changeUser(db: D, it: User, to: Partial<User>) {
  const { extra, options, ...plain } = to;
  const set: Updateable<IdentityTables["identityUsers"]> = {
    ...plain,
    ...(extra && { extra: JSON.stringify(extra) }),
    ...(options && { options: JSON.stringify(options) }),
  };
  if (Object.keys(set).length === 0) return;
  const change = db.updateTable("identityUsers").set(set).where("id", "=", it.id).execute();
  await unique(change, () => nameTaken("user", to.name ?? it.name, it.domainId));
}

export async function deleteUser(db: D, id: string) {
  await db.deleteFrom("identityUsers").where("id", "=", id).execute();
}

/** Whether a domain says that its users are kept elsewhere. */
const isElsewhere = sql<boolean>`exists (select from identity_domain_options o where o.domain_id = d.id
  and o.group_name = 'identity' and o.option = 'driver' and o.value <> '"sql"')`;

/** Who logs in: by id, or by name and the domain's id or name. */
export function findKnownUser(db: D, by: { id: string } | { name: string; domain: { id?: string; name?: string } }) {
  let query = db
    .selectFrom("identityUsers as u")
    .innerJoin("identityProjects as d", "d.id", "u.domainId")
    .select(["u.id", "u.name", "u.domainId", "d.name as domainName", "u.defaultProjectId", "u.passwordHash"])
    .select("u.passwordExpiresAt")
    .select(["u.directoryId", sql<boolean>`u.enabled and d.enabled`.as("enabled")]);
  if ("id" in by) query = query.where("u.id", "=", by.id);
  else
    query = query
      .where("u.name", "=", by.name)
      .where(by.domain.id ? "d.id" : "d.name", "=", (by.domain.id ?? by.domain.name)!)
      .orderBy(sql`(u.directory_id is not null) = ${isElsewhere}`, "desc");
  return query.executeTakeFirst() as Promise<KnownUser | undefined>;
}

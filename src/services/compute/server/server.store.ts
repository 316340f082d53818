import { type Insertable, sql, type Updateable } from "kysely";
import { notFound } from "#platform/api/errors.ts";
import type { Verb } from "#platform/service/life.ts";
import type { Db } from "#platform/store/db.ts";
import { amongProjects } from "#platform/store/projects.ts";
import type { ComputeTables } from "../tables.ts";
import type { Server, ServerJson, ServerPower, ServerState } from "./server.ts";

type Servers = Db<ComputeTables>;
type Row = ComputeTables["computeServers"];

export async function insertServer(db: Servers, it: Server): Promise<void> {
  await db
    .insertInto("computeServers")
    .values(packed(it) as Insertable<Row>)
    .execute();
}

/** A server that is not deleted; throws Nova's 404. */
export async function getServer(db: Servers, id: string): Promise<Server> {
  const it = await findServer(db, id);
  if (!it) throw notFound(`Instance ${id} could not be found.`);
  return it;
}

/** A server that is not deleted. */
export async function findServer(db: Servers, id: string): Promise<Server | undefined> {
  const it = await findServerEver(db, id);
  return it?.state === "deleted" ? undefined : it;
}

/** Also a deleted one. */
export function findServerEver(db: Servers, id: string): Promise<Server | undefined> {
  if (!isUuid(id)) return Promise.resolve(undefined);
  return db.selectFrom("computeServers").selectAll().where("id", "=", id).executeTakeFirst();
}

/** One guarded update, so that of two callers only one gets the server. Says whether it won. */
export async function takeServer(db: Servers, id: string, verb: Verb<ServerState>, now: string): Promise<boolean> {
  const taken = await db
    .updateTable("computeServers")
    .set({ task: verb.busy, taskSince: now, updatedAt: now })
    .where("id", "=", id)
    .where("task", "is", null)
    .where("state", "in", verb.from)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Changes what is given; `updatedAt` too where it is given. */
export async function changeServer(db: Servers, id: string, to: Partial<Server>): Promise<void> {
  await db
    .updateTable("computeServers")
    .set(packed(to) as Updateable<Row>)
    .where("id", "=", id)
    .execute();
}

/** The next word of what is being done; not over the word of a deletion. */
export async function advance(db: Servers, id: string, task: string): Promise<void> {
  const it = db.updateTable("computeServers").set({ task }).where("id", "=", id);
  await it.where("task", "is distinct from", "deleting").execute();
}

/** Servers that sit on hosts and on which nothing runs: what the power loop compares with the guests. */
export function listIdleOnHosts(db: Servers): Promise<Server[]> {
  return db
    .selectFrom("computeServers")
    .selectAll()
    .where("host", "is not", null)
    .where("task", "is", null)
    .where("state", "in", ["active", "stopped"])
    .execute();
}

/** Of these ids, those of servers that are not deleted. */
export async function liveAmong(db: Servers, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = ids.filter(isUuid);
  if (known.length === 0) return new Set();
  const rows = await db
    .selectFrom("computeServers")
    .select("id")
    .where("id", "in", known)
    .where("state", "<>", "deleted")
    .execute();
  return new Set(rows.map((it) => it.id));
}

/** Writes down a power that was seen, unless something began on the server since it was read. Says whether it did. */
export async function notePower(
  db: Servers,
  seen: Server,
  power: ServerPower,
  state: ServerState,
  now: string,
): Promise<boolean> {
  const done = await db
    .updateTable("computeServers")
    .set({ power, state, updatedAt: now })
    .where("id", "=", seen.id)
    .where("task", "is", null)
    .where("state", "=", seen.state)
    .where("host", "=", seen.host)
    .where("updatedAt", "=", seen.updatedAt)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** What a project's servers take, counted from the rows. */
export async function countUsage(db: Servers, projectIds: readonly string[]): Promise<Usage> {
  return db
    .selectFrom("computeServers")
    .select([
      sql<number>`count(*)`.as("instances"),
      sql<number>`coalesce(sum(vcpus), 0)`.as("cores"),
      sql<number>`coalesce(sum(memory_mib), 0)`.as("ram"),
    ])
    .where(amongProjects(projectIds))
    .where("state", "<>", "deleted")
    .executeTakeFirstOrThrow();
}
export interface Usage extends Record<string, number> {
  instances: number;
  cores: number;
  ram: number;
}

/** How many servers, cores and mebibytes each host carries. */
export function countByHost(db: Servers) {
  return db
    .selectFrom("computeServers")
    .select([
      "host",
      sql<number>`count(*)`.as("servers"),
      sql<number>`sum(vcpus)`.as("vcpus"),
      sql<number>`sum(memory_mib)`.as("memoryMib"),
      sql<number>`sum(disk_gib)`.as("diskGib"),
      sql<number>`count(*) filter (where task is not null)`.as("busy"),
    ])
    .where("host", "is not", null)
    .where("state", "<>", "deleted")
    .groupBy("host")
    .execute();
}

/** Which servers are on which host. */
export async function serversOnHosts(db: Servers): Promise<ReadonlyMap<string, { id: string; name: string }[]>> {
  const its = db.selectFrom("computeServers").select(["id", "name", "host"]).where("host", "is not", null);
  const rows = await its.where("state", "<>", "deleted").orderBy("createdAt").orderBy("id").execute();
  return Map.groupBy(rows, (it) => it.host ?? "");
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text);
}

const json: readonly ServerJson[] = [
  "bootImage",
  "imageProperties",
  "extraSpecs",
  "fault",
  "personality",
  "metadata",
  "tags",
  "schedulerHints",
  "trustedImageCertificates",
];

function packed(it: Partial<Server>): Record<string, unknown> {
  const row: Record<string, unknown> = { ...it };
  for (const key of json) if (row[key] !== undefined && row[key] !== null) row[key] = JSON.stringify(row[key]);
  return row;
}

import { badRequest, forbidden } from "#platform/api/errors.ts";
import { atLeast, type Version } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Compute } from "../kit.ts";
import { type EqualColumn, knownStatuses, type ServerFilter } from "./filter.ts";
import type { ListQuery } from "./list.schema.ts";
import { serverRules as rule } from "./server.rules.ts";
import { isUuid } from "./server.store.ts";
import type { ServerState } from "./server.ts";

/** What the query says, as far as this caller may say it; undefined: no server can match. */
export function filterOf(ctx: Ctx<Compute>, query: ListQuery, all: boolean): ServerFilter | undefined {
  const admin = ctx.may(rule.allow_all_filters, {});
  const asked = pick(query, (key) => admin || mayFilter(key, ctx.version));
  const status = statusFilter(ctx, asked, admin);
  if (!status) return undefined;
  return {
    ...status,
    ...owner(ctx, asked, all),
    ...ages(ctx.version, asked, admin, status.states?.includes("deleted") ?? false),
    ...columns(asked, admin),
    ...tags(ctx.version, asked),
  };
}

/** The last of the values of one key. */
export function one(query: ListQuery, key: string): string | undefined {
  return [query[key] ?? []].flat().at(-1);
}

const everybody =
  "reservation_id name display_name status image flavor ip changes-since all_tenants project_id tenant_id".split(" ");
const since: Readonly<Record<Version, string>> = {
  "2.5": "ip6",
  "2.26": "tags tags-any not-tags not-tags-any",
  "2.66": "changes-before",
  "2.73": "locked",
  "2.83":
    "availability_zone config_drive key_name created_at launched_at terminated_at power_state task_state vm_state progress user_id",
};

function mayFilter(key: string, version: Version): boolean {
  if (everybody.includes(key)) return true;
  return Object.entries(since).some(([v, keys]) => atLeast(version, v as Version) && keys.split(" ").includes(key));
}

function pick(query: ListQuery, may: (key: string) => boolean): ListQuery {
  return Object.fromEntries(Object.entries(query).filter(([key]) => may(key)));
}

function statusFilter({ version }: Ctx<Compute>, query: ListQuery, admin: boolean): ServerFilter | undefined {
  const asked = [query.status ?? []].flat().map((it) => it.toUpperCase());
  if (asked.length === 0) return {};
  const known = asked.filter((it) => knownStatuses[it]);
  if (known.length === 0 && atLeast(version, "2.38")) throw badRequest("Invalid status value");
  const states = known.flatMap((it) => [...(knownStatuses[it] ?? [])]) as ServerState[];
  if (states.length === 0) return undefined;
  if (states.includes("deleted") && !admin) throw forbidden("Only administrators may list deleted instances");
  const tasks = known.flatMap((it) => rebootTasks[it] ?? []);
  return { states, ...(tasks.length === known.length && { tasks }) };
}
const rebootTasks: Readonly<Record<string, string>> = { REBOOT: "rebooting", HARD_REBOOT: "rebooting_hard" };

function owner({ actor }: Ctx<Compute>, query: ListQuery, all: boolean): ServerFilter {
  if (!all) return { projectId: actor.projectId };
  const asked = one(query, "project_id") ?? one(query, "tenant_id");
  return asked === undefined ? {} : { projectId: asked };
}

function ages(version: Version, query: ListQuery, admin: boolean, statusDeleted: boolean): ServerFilter {
  const changedSince = time(query, "changes-since");
  const changedBefore = atLeast(version, "2.66") ? time(query, "changes-before") : undefined;
  if (changedSince && changedBefore && changedSince > changedBefore)
    throw badRequest("The value of changes-since must be less than or equal to changes-before.");
  const ranged = changedSince !== undefined || changedBefore !== undefined;
  const wanted = admin ? one(query, "deleted") : undefined;
  const deleted = wanted !== undefined ? truth(wanted) : statusDeleted || (ranged ? undefined : false);
  return { changedSince, changedBefore, deleted };
}

function time(query: ListQuery, key: string): string | undefined {
  const said = one(query, key);
  if (said === undefined) return undefined;
  const [, date, clock = "00:00:00", zone = "Z"] = iso.exec(said.replace(/^(.{16,}) (\d\d:?\d\d)$/, "$1+$2")) ?? [];
  const at = new Date(`${date}T${clock}${zone}`);
  if (Number.isNaN(at.getTime()))
    throw badRequest(`Invalid input for query parameters ${key}. Value: ${said}. '${said}' is not a 'date-time'`);
  return at.toISOString();
}
/** The plus sign of a zone arrives as a space where the client did not encode it. */
const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/i;

const text: Readonly<Record<string, EqualColumn>> = {
  access_ip_v4: "accessIpV4",
  access_ip_v6: "accessIpV6",
  availability_zone: "availabilityZone",
  flavor: "flavorId",
  host: "host",
  image: "imageId",
  image_ref: "imageId",
  key_name: "keyName",
  locked_by: "lockedBy",
  node: "host",
  reservation_id: "reservationId",
  root_device_name: "rootDevice",
  task_state: "task",
  user_id: "userId",
  vm_state: "state",
};
const patterns = {
  name: "name",
  display_name: "name",
  description: "description",
  display_description: "description",
  hostname: "hostname",
} as const;
const times = { created_at: "createdAt", launched_at: "launchedAt", terminated_at: "terminatedAt" } as const;

function columns(query: ListQuery, admin: boolean): ServerFilter {
  const equal: Partial<Record<EqualColumn, string | number | boolean | null>> = {};
  for (const [key, column] of Object.entries(text))
    if (one(query, key) !== undefined) equal[column] = one(query, key) || null;
  const { config_drive: drive, locked, progress, power_state: power, launch_index: index, uuid } = flat(query);
  if (drive !== undefined) equal.configDrive = truth(drive);
  if (locked !== undefined) equal.locked = strictTruth(locked, "locked");
  if (progress !== undefined) equal.progress = digits(progress, "progress");
  if (index !== undefined) equal.launchIndex = digits(index, "launch_index");
  if (power !== undefined) equal.power = powerOf(power);
  if (flat(query).auto_disk_config !== undefined)
    equal.diskConfig = truth(flat(query).auto_disk_config ?? "") ? "AUTO" : "MANUAL";
  return {
    equal,
    like: mapped(query, patterns),
    at: moments(query),
    ...(admin && uuid !== undefined && { ids: [uuid].filter(isUuid) }),
  };
}

function mapped<C extends string>(query: ListQuery, keys: Readonly<Record<string, C>>) {
  const found: Partial<Record<C, string>> = {};
  for (const [key, column] of Object.entries(keys)) if (one(query, key)) found[column] = regular(one(query, key) ?? "");
  return found;
}

function moments(query: ListQuery) {
  const found: Partial<Record<(typeof times)[keyof typeof times], string>> = {};
  for (const [key, column] of Object.entries(times)) if (one(query, key)) found[column] = time(query, key);
  return found;
}

function regular(pattern: string): string {
  try {
    new RegExp(pattern);
    return pattern;
  } catch {
    throw badRequest(`Invalid input received: Invalid regular expression: ${pattern}`);
  }
}

function flat(query: ListQuery): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.keys(query).map((key) => [key, one(query, key)]));
}

function digits(said: string, key: string): number {
  if (!/^\d{1,9}$/.test(said)) throw badRequest(`Invalid input for query parameters ${key}. Value: ${said}`);
  return Number(said);
}

function powerOf(said: string): string | null {
  return { "0": null, "1": "on", "4": "off" }[said] ?? null;
}

function truth(said: string): boolean {
  return ["1", "t", "true", "on", "y", "yes"].includes(said.toLowerCase());
}

function strictTruth(said: string, key: string): boolean {
  if (truth(said)) return true;
  if (["0", "f", "false", "off", "n", "no"].includes(said.toLowerCase())) return false;
  throw badRequest(`Invalid input for query parameters ${key}. Value: ${said}`);
}

function tags(version: Version, query: ListQuery): ServerFilter {
  if (!atLeast(version, "2.26")) return {};
  const list = (key: string) => one(query, key)?.split(",");
  return { tags: list("tags"), tagsAny: list("tags-any"), notTags: list("not-tags"), notTagsAny: list("not-tags-any") };
}

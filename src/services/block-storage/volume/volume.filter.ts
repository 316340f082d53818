import { badRequest } from "#platform/api/errors.ts";
import { atLeast, type Version } from "#platform/api/versions.ts";
import { isFalse, isTrue, type Query } from "../shapes.ts";
import type { Metadata } from "./volume.ts";

export interface Moment {
  readonly column: "createdAt" | "updatedAt";
  readonly op: "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly at: string;
}
/** What a list of volumes or snapshots is narrowed by; absent: not by this. */
export interface Filter {
  readonly projectId?: string | undefined;
  readonly equal: Readonly<Record<string, string | number | boolean>>;
  readonly like: Readonly<Record<string, string>>;
  readonly metadata?: Metadata | undefined;
  readonly imageMetadata?: Metadata | undefined;
  readonly moments: readonly Moment[];
  /** Nothing can fit, whatever is there. */
  readonly none: boolean;
}

/** The API's filters of volumes, and our columns. */
const columns: Readonly<Record<string, string>> = {
  name: "name",
  display_name: "name",
  description: "description",
  status: "status",
  size: "gib",
};
const adminColumns: Readonly<Record<string, string>> = {
  id: "id",
  project_id: "projectId",
  user_id: "userId",
  volume_type_id: "typeId",
  snapshot_id: "snapshotId",
  source_volid: "sourceVolumeId",
};
/** What has one value for every volume here. */
const constants: Readonly<Record<string, readonly string[]>> = {
  availability_zone: ["nova"],
  migration_status: [],
  group_id: [],
  consistencygroup_id: [],
};

interface Reader {
  readonly admin: boolean;
  readonly projectId: string | undefined;
  readonly version: Version;
}

/** Reads a list's query. Administrators may look over the projects and by more columns. */
export function volumeFilter(query: Query, reader: Reader): Filter {
  const { admin, projectId, version } = reader;
  const known = admin ? { ...columns, ...adminColumns } : columns;
  const wide = admin && isTrue(query.all_tenants);
  const equal = { ...picked(query, known), ...bootable(query.bootable, version) };
  return {
    projectId: wide ? undefined : projectId,
    equal,
    like: atLeast(version, "3.34") ? parts(query, known) : {},
    metadata: dict(query.metadata),
    imageMetadata: atLeast(version, "3.4") ? dict(query.glance_metadata) : undefined,
    moments: atLeast(version, "3.60") ? moments(query) : [],
    none: isNothing(query, version),
  };
}

function picked(query: Query, known: Readonly<Record<string, string>>) {
  const rows = Object.entries(known).flatMap(([key, column]) => {
    const value = query[key];
    return value === undefined ? [] : [[column, column === "gib" ? number(value) : value]];
  });
  return Object.fromEntries(rows) as Record<string, string | number>;
}

function parts(query: Query, known: Readonly<Record<string, string>>): Record<string, string> {
  const rows = Object.entries(known).flatMap(([key, column]) => {
    const value = query[`${key}~`];
    return value === undefined ? [] : [[column, value]];
  });
  return Object.fromEntries(rows);
}

function bootable(value: string | undefined, version: Version): { bootable?: boolean } {
  if (value === undefined) return {};
  if (isTrue(value)) return { bootable: true };
  if (isFalse(value) && (atLeast(version, "3.2") || /^false$/i.test(value))) return { bootable: false };
  if (atLeast(version, "3.2")) throw badRequest(`Invalid input received: bootable=${value}`);
  return { bootable: true };
}

/** Python's or JSON's spelling of a map: {'key': 'value'}. */
export function dict(text: string | undefined): Metadata | undefined {
  if (text === undefined) return undefined;
  const pairs = [...text.matchAll(/u?(['"])(.*?)\1\s*:\s*u?(['"])(.*?)\3/g)].map((it) => [it[2] ?? "", it[4] ?? ""]);
  return Object.fromEntries(pairs);
}

const ops: Readonly<Record<string, Moment["op"]>> = { gt: ">", gte: ">=", eq: "=", neq: "!=", lt: "<", lte: "<=" };

function moments(query: Query): Moment[] {
  const of = (key: string, column: Moment["column"]) =>
    (query[key]?.split(",") ?? []).map((one) => moment(one, key, column));
  return [...of("created_at", "createdAt"), ...of("updated_at", "updatedAt")];
}

function moment(text: string, key: string, column: Moment["column"]): Moment {
  const [word = "", ...rest] = text.split(":");
  const op = ops[word];
  const at = Date.parse(zoned(rest.join(":")));
  if (!op || Number.isNaN(at)) throw badRequest(`Invalid value '${text}' for filter '${key}'`);
  return { column, op, at: new Date(at).toISOString() };
}

/** Times without a zone are UTC. */
function zoned(time: string): string {
  return /T.*(Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : time.includes("T") ? `${time}Z` : time;
}

function isNothing(query: Query, version: Version): boolean {
  const odd = Object.entries(constants).some(([key, usual]) => query[key] !== undefined && !usual.includes(query[key]));
  return odd || (atLeast(version, "3.65") && isFalse(query.consumes_quota));
}

function number(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : -1;
}

import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Sort } from "#platform/store/page.ts";
import { type MemberStatus, memberStatuses } from "../member/member.ts";
import { type Image, type Visibility, visibilities } from "./image.ts";

/** Who looks at a list. */
export interface Seer {
  readonly projectId: string | undefined;
  readonly isAdmin: boolean;
}
type Op = "=" | "!=" | ">" | ">=" | "<" | "<=";
export interface ImageFilter {
  readonly visibility: Visibility | "all" | undefined;
  readonly hidden: boolean;
  readonly memberStatus: MemberStatus | "all";
  readonly tags: readonly string[];
  readonly compare: readonly {
    readonly column: keyof Image;
    readonly op: Op;
    readonly value: string | number | boolean;
  }[];
  readonly among: readonly { readonly column: keyof Image; readonly values: readonly string[] }[];
  readonly properties: Readonly<Record<string, string>>;
}
export type ImageQuery = Readonly<Record<string, string | string[]>>;

const texts: Readonly<Record<string, keyof Image>> = {
  id: "id",
  name: "name",
  status: "status",
  container_format: "containerFormat",
  disk_format: "diskFormat",
  owner: "owner",
  checksum: "md5",
  os_hash_value: "sha512",
};
const numbers: Readonly<Record<string, keyof Image>> = {
  size: "size",
  virtual_size: "virtualSize",
  min_disk: "minDisk",
  min_ram: "minRam",
};
const times: Readonly<Record<string, keyof Image>> = { created_at: "createdAt", updated_at: "updatedAt" };
const ops: Readonly<Record<string, Op>> = { eq: "=", neq: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=" };
const paging = new Set(["limit", "marker", "sort", "sort_key", "sort_dir"]);
const special = new Set([
  ...paging,
  "visibility",
  "os_hidden",
  "member_status",
  "tag",
  "protected",
  "size_min",
  "size_max",
]);

/** The filters of a list's query: whatever is no attribute of images is one of their properties. */
export function readFilter(query: ImageQuery): ImageFilter {
  if (query["changes-since"] !== undefined)
    throw badRequest('The "changes-since" filter is no longer available on v2.');
  const one = (key: string) => [query[key]].flat().at(-1);
  const compare: ImageFilter["compare"][number][] = [];
  const among: ImageFilter["among"][number][] = [];
  const properties: Record<string, string> = {};
  for (const key of Object.keys(query)) {
    const value = one(key) ?? "";
    if (special.has(key)) continue;
    const [text, number, time] = [own(texts, key), own(numbers, key), own(times, key)];
    if (text) among.push({ column: text, values: readIn(value) });
    else if (number) compare.push({ column: number, op: "=", value: readNumber(key, value) });
    else if (time) compare.push({ column: time, ...readTime(key, value) });
    else properties[key] = value;
  }
  const least = one("size_min");
  const most = one("size_max");
  const kept = one("protected");
  if (least !== undefined) compare.push({ column: "size", op: ">=", value: readNumber("size_min", least) });
  if (most !== undefined) compare.push({ column: "size", op: "<=", value: readNumber("size_max", most) });
  if (kept !== undefined) compare.push({ column: "protected", op: "=", value: readBoolean("protected", kept) });
  return {
    visibility: readVisibility(one("visibility")),
    hidden: readBoolean("os_hidden", one("os_hidden") ?? "false"),
    memberStatus: readMemberStatus(one("member_status") ?? "accepted"),
    tags: query.tag === undefined ? [] : [query.tag].flat(),
    compare,
    among,
    properties,
  };
}

/** "in:a,b" or one value; a value with a comma in it stands in quotes. */
function readIn(text: string): string[] {
  if (!text.startsWith("in:")) return [text];
  return [...text.slice(3).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "",
  );
}

function readNumber(key: string, text: string): number {
  if (!/^-?\d+$/.test(text)) throw badRequest(`Unable to filter on a range with a non-numeric value: ${key}.`);
  const value = Number(text);
  if (value < 0 || value > Number.MAX_SAFE_INTEGER)
    throw badRequest(`Invalid value for '${key}' filter: it is out of range.`);
  return value;
}

function readTime(key: string, text: string): { op: Op; value: string } {
  const [, name = "eq", rest = ""] = text.match(/^(?:(eq|neq|gt|gte|lt|lte):)?(.*)$/s) ?? [];
  const at = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(rest) ? rest : `${rest}Z`);
  if (Number.isNaN(at.getTime()))
    throw badRequest(`Unable to filter on a unknown operator or an invalid time in '${key}': ${text}`);
  return { op: ops[name]!, value: at.toISOString() };
}

function readBoolean(key: string, text: string): boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw badRequest(
    `Invalid value '${text}' for '${key}' filter. Valid values are case insensitively 'true' or 'false'.`,
  );
}

function readVisibility(text: string | undefined): ImageFilter["visibility"] {
  if (text === undefined || text === "all" || (visibilities as readonly string[]).includes(text))
    return text as ImageFilter["visibility"];
  throw badRequest(`Invalid visibility value: ${text}`);
}

function readMemberStatus(text: string): ImageFilter["memberStatus"] {
  if (text === "all" || (memberStatuses as readonly string[]).includes(text)) return text as MemberStatus | "all";
  throw badRequest(`Invalid status: ${text}`);
}

const sortKeys: Readonly<Record<string, keyof Image>> = { ...texts, ...numbers, ...times };

/** "sort=name:asc,size" or "sort_key=name&sort_dir=asc", either repeated; newest first where nothing is said. */
export function readSort(query: ImageQuery): Sort[] {
  const list = (key: string) => (query[key] === undefined ? [] : [query[key]].flat());
  const keys = list("sort_key");
  const dirs = list("sort_dir");
  const news = list("sort").flatMap((text) => text.split(","));
  if (news.length && keys.length + dirs.length) throw badRequest("Old and new sorting syntax cannot be combined");
  if (dirs.length > 1 && dirs.length !== Math.max(1, keys.length))
    throw badRequest("Number of sort dirs does not match the number of sort keys");
  const pairs = news.length
    ? news.map((text) => text.split(":"))
    : (keys.length ? keys : ["created_at"]).map((key, i) => [key, dirs[i] ?? dirs[0]]);
  const sort = pairs.map(([key = "", dir = "desc"]) => ({ column: sortColumn(key.trim()), way: sortWay(dir.trim()) }));
  const way = sort[0]?.way ?? "desc";
  for (const column of ["createdAt", "id"]) if (!sort.some((one) => one.column === column)) sort.push({ column, way });
  return sort.slice(0, sort.findIndex(({ column }) => column === "id") + 1);
}

function sortColumn(key: string): string {
  const column = own(sortKeys, key);
  if (!column || key === "os_hash_value")
    throw badRequest(
      `Invalid sort key: ${key}. It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at.`,
    );
  return column;
}

function sortWay(dir: string): "asc" | "desc" {
  if (dir !== "asc" && dir !== "desc") throw badRequest(`Invalid sort direction: ${dir}`);
  return dir;
}

/** How many a page has: 25 where nothing is said, 1000 at most. */
export function readLimit(query: ImageQuery): number {
  const text = [query.limit].flat().at(-1) ?? "25";
  if (!/^-?\d+$/.test(text)) throw badRequest("limit param must be an integer");
  if (Number(text) < 0) throw badRequest("limit param must be positive");
  return Math.min(1000, Number(text));
}

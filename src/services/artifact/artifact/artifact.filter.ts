import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Sort } from "#platform/store/page.ts";
import { baseColumns, isBase } from "../type/base.ts";
import { coerced, element } from "../type/coerce.ts";
import type { ArtifactType, Field, Kind, Op } from "../type/field.ts";
import { readVersion } from "./version.ts";

export type ListQuery = Readonly<Record<string, string | string[]>>;
/** One thing that is asked of artifacts. */
export type Condition =
  | { readonly on: "column"; readonly column: string; readonly op: Op; readonly values: readonly unknown[] }
  | { readonly on: "tags"; readonly tags: readonly string[] }
  | { readonly on: "any tag"; readonly tags: readonly string[] }
  /** A field's value, one of a list's, or what a dictionary has under a key. */
  | {
      readonly on: "value" | "items" | "entry";
      readonly name: string;
      readonly key?: string;
      readonly kind: Kind;
      readonly op: Op;
      readonly values: readonly unknown[];
    }
  /** That a dictionary has one of some keys. */
  | { readonly on: "keys"; readonly name: string; readonly values: readonly string[] };
export interface ArtifactFilter {
  readonly all: readonly Condition[];
  /** Of these one is enough. */
  readonly some: readonly Condition[];
  /** Only the newest versions of each name among them. */
  readonly latest: boolean;
}
/** What a list is sorted by: columns, and at most one field of the type. */
export interface Order {
  readonly sort: readonly Sort[];
  readonly field?: { readonly name: string; readonly kind: Kind };
}
/** The name of what is sorted by a field of the type. */
export const sortedField = "sortedField";

const paging = new Set(["limit", "marker", "sort"]);
const combiners = ["and", "or"];
const usualLimit = 25;
const largestLimit = 1000;

/** The filters of a list's query. */
export function readFilter(type: ArtifactType, query: ListQuery): ArtifactFilter {
  const [all, some]: [Condition[], Condition[]] = [[], []];
  let latest = false;
  for (const [name, given] of Object.entries(query)) {
    if (paging.has(name)) continue;
    for (const text of [given].flat()) {
      if (name === "version" && text === "latest") latest = true;
      else if (name === "tags" || name === "tags-any") readTags(name, text, all, some);
      else readField(type, name, text, all, some);
    }
  }
  return { all, some, latest };
}

function readTags(name: string, text: string, all: Condition[], some: Condition[]) {
  const [, combiner = "and", rest = ""] = /^(?:(and|or):)?(.*)$/s.exec(text) ?? [];
  if (rest.includes(":")) throw badRequest("Tags are filtered without operator");
  const it: Condition = { on: name === "tags" ? "tags" : "any tag", tags: readMany(rest) };
  (combiner === "or" ? some : all).push(it);
}

function readField(type: ArtifactType, given: string, text: string, all: Condition[], some: Condition[]) {
  const dot = given.lastIndexOf(".");
  const [name, key] = dot < 0 ? [given] : [given.slice(0, dot), given.slice(dot + 1)];
  const field = own(type.fields, name);
  if (key !== undefined && field?.shape !== "dict") throw badRequest(`Field ${name} is not Dict`);
  if (!field) throw badRequest(`Unable filter '${name}'`);
  const { combiner, op, value } = split(text);
  const into = combiner === "or" ? some : all;
  if (field.shape === "dict" && key === undefined) into.push(keysOf(name, op, value));
  else into.push(condition(type, name, key, field, op as Op, value));
}

function keysOf(name: string, op: string, value: string): Condition {
  if (op !== "eq" && op !== "in")
    throw badRequest(`Unsupported filter type '${op}'. The following filters are supported: eq, in`);
  return { on: "keys", name, values: op === "in" ? readMany(value) : [value] };
}

function condition(
  type: ArtifactType,
  name: string,
  key: string | undefined,
  field: Field,
  op: Op,
  value: string,
): Condition {
  if (!field.ops.includes(op))
    throw badRequest(`Unsupported filter type '${op}'.The following filters are supported ${field.ops.join(", ")}`);
  const values = (op === "in" ? readMany(value) : [value]).map((one) => readOne(type, name, field, one));
  const { kind } = field;
  if (kind === "Version") return versions(op, values as string[]);
  if (isBase(name)) return { on: "column", column: baseColumns[name], op, values };
  const on = field.shape === "list" ? "items" : field.shape === "dict" ? "entry" : "value";
  return { on, name, ...(key !== undefined && { key }), kind, op, values };
}

/** Versions are equal as they are spelled, and greater or less by what they mean. */
function versions(op: Op, values: readonly string[]): Condition {
  if (["eq", "neq", "in"].includes(op)) return { on: "column", column: "version", op, values };
  return { on: "column", column: "versionKey", op, values: values.map((one) => readVersion(one).versionKey) };
}

/** A value that the field itself could have, or one of its elements; links are not looked for. */
function readOne(type: ArtifactType, name: string, field: Field, text: string): unknown {
  if (field.kind === "Link") return text;
  if (field.shape === "one") return coerced(type, name, field, text);
  try {
    return element(name, field.kind, text);
  } catch {
    throw badRequest(`Invalid filter value: ${text}`);
  }
}

/** "or:gte:5": how it is joined with others, what is asked, of which value; a time's own colons are part of it. */
function split(text: string): { combiner: string; op: string; value: string } {
  const parts = text.split(":");
  const combiner = parts.length > 1 && combiners.includes(parts[0]!) ? parts.shift()! : "and";
  const rest = parts.join(":");
  if (parts.length < 2 || isTime(rest)) return { combiner, op: "eq", value: rest };
  return { combiner, op: parts[0]!, value: parts.slice(1).join(":") };
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text);
}

/** Values between commas; one with a comma in it stands in quotes. */
function readMany(text: string): string[] {
  requireQuotes(text);
  const found = text.matchAll(/"((?:[^"\\]|\\.)*)",?|([^,]+),?|,/g);
  return [...found].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function requireQuotes(text: string) {
  let opens = true;
  for (const { index } of text.matchAll(/(?<!\\)"/g)) {
    if (opens && index > 0 && text[index - 1] !== ",")
      throw badRequest(`Invalid filter value ${text}. There is no comma before opening quotation mark.`);
    if (!opens && index + 1 !== text.length && text[index + 1] !== ",")
      throw badRequest(`Invalid filter value ${text}. There is no comma after closing quotation mark.`);
    opens = !opens;
  }
  if (!opens) throw badRequest(`Invalid filter value ${text}. The quote is not closed.`);
}

/** "sort=name:asc,version": descending where nothing is said, and the newest first at last. */
export function readOrder(type: ArtifactType, query: ListQuery): Order {
  const asked = [query.sort ?? []].flat().flatMap((text) => text.trim().split(","));
  const sorts = asked.map((one) => readSort(type, one));
  const fields = sorts.filter(({ field }) => field !== undefined);
  if (fields.length > 1)
    throw badRequest(
      "For performance sake it's not allowed to sort by more than one custom property with this db backend.",
    );
  const sort: Sort[] = sorts.map(({ column, way }) => ({ column, way }));
  if (!sort.some(({ column }) => column === "createdAt")) sort.push({ column: "createdAt", way: "desc" });
  if (!sort.some(({ column }) => column === "id")) sort.push({ column: "id", way: "asc" });
  return { sort, ...(fields[0]?.field && { field: fields[0].field }) };
}

function readSort(type: ArtifactType, text: string): Sort & { field?: { name: string; kind: Kind } } {
  const [name = "", way = "desc"] = text.split(":");
  if (way !== "asc" && way !== "desc")
    throw badRequest(`Sort direction must be one of ["asc", "desc"]. Got ${way} direction`);
  const field = own(type.fields, name);
  if (!field) throw badRequest(`The field ${name} doesn't exist.`);
  if (!field.sortable) throw badRequest(`The field ${name} is not sortable.`);
  if (name === "version") return { column: "versionKey", way };
  return isBase(name)
    ? { column: baseColumns[name], way }
    : { column: sortedField, way, field: { name, kind: field.kind } };
}

export function readLimit({ limit }: ListQuery): number {
  const text = [limit].flat().at(-1) ?? String(usualLimit);
  if (!/^-?\d+$/.test(text)) throw badRequest("Limit param must be an integer.");
  if (Number(text) < 0) throw badRequest("Limit param must be positive.");
  return Math.min(largestLimit, Number(text));
}

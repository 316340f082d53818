import { badRequest } from "#platform/api/errors.ts";
import { readVersion } from "../artifact/version.ts";
import { readLink } from "../link/link.ts";
import type { ArtifactType, Field, Kind, Limits } from "./field.ts";

/** A value as a field of a type takes it (null: nothing); throws 400 with the reason for one that it does not take. */
export function coerced(type: ArtifactType, name: string, field: Field, value: unknown): unknown {
  try {
    return whole(name, field, value);
  } catch (why) {
    throw badRequest(`Type: ${type.name}. Field: ${name}. Exception: ${(why as Error).message}`);
  }
}

function whole(name: string, field: Field, value: unknown): unknown {
  const { shape, kind, nullable, limits } = field;
  if (value === null || value === undefined) {
    if (nullable || field.default !== null) return nullable ? null : field.default;
    throw new Error(`Field \`${name}' cannot be None`);
  }
  const it =
    shape === "one"
      ? element(name, kind, value)
      : shape === "list"
        ? listOf(name, field, value)
        : dictOf(name, field, value);
  check(it, limits);
  return it;
}

function listOf(name: string, { kind, elements, asSet }: Field, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`A list is required in field ${name}, not a ${pythonType(value)}`);
  const items = value.map((one) => checked(element(name, kind, one), elements));
  return asSet ? [...new Set(items)] : items;
}

function dictOf(name: string, { kind, elements }: Field, value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`A dict is required in field ${name}, not a ${pythonType(value)}`);
  const entries = Object.entries(value).map(([key, one]) => {
    if (key.length > 255) throw new Error(`Dict key length ${key} must be less than 255.`);
    if (key.length < 1) throw new Error(`Dict key length ${key} must be bigger than 1.`);
    return [key, checked(element(name, kind, one), elements)];
  });
  return Object.fromEntries(entries);
}

const yes = ["1", "t", "true", "on", "y", "yes"];

/** One value of a kind, out of what oslo.versionedobjects would take for it. */
export function element(name: string, kind: Kind, value: unknown): unknown {
  if (kind === "Integer") return wholeNumber(value);
  if (kind === "Float") return number(value);
  if (kind === "Boolean") return typeof value === "boolean" ? value : yes.includes(String(value).trim().toLowerCase());
  if (kind === "DateTime") return moment(value);
  if (typeof value === "number" && kind !== "Link") return element(name, kind, String(value));
  if (typeof value === "boolean" && kind === "String") return value ? "True" : "False";
  if (typeof value !== "string") throw new Error(`A string is required in field ${name}, not a ${pythonType(value)}`);
  if (kind === "Version") return readVersion(value).version;
  if (kind === "Link") readLink(value, name);
  return value;
}

function wholeNumber(value: unknown): number {
  if (typeof value === "boolean") return Number(value);
  const it =
    typeof value === "number" ? Math.trunc(value) : Number(/^\s*[+-]?\d+\s*$/.test(String(value)) ? value : Number.NaN);
  if (!Number.isSafeInteger(it)) throw new Error(`invalid literal for int() with base 10: '${String(value)}'`);
  return it;
}

function number(value: unknown): number {
  if (typeof value === "boolean") return Number(value);
  const it = typeof value === "number" ? value : Number(String(value).trim() || Number.NaN);
  if (!Number.isFinite(it)) throw new Error(`could not convert string to float: '${String(value)}'`);
  return it;
}

function moment(value: unknown): string {
  const text = String(value);
  const at = new Date(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at.getTime())) throw new Error(`Unable to parse date ${text}`);
  return at.toISOString();
}

function checked(it: unknown, limits: Limits): unknown {
  check(it, limits);
  return it;
}

function check(it: unknown, limits: Limits) {
  if (typeof it === "string") checkText(it, limits);
  if (typeof it === "number") checkNumber(it, limits);
  const most = limits.maxItems ?? limits.maxProperties;
  if (typeof it !== "object" || it === null || most === undefined) return;
  const count = Object.keys(it).length;
  if (limits.uniqueItems && new Set(it as unknown[]).size < count)
    throw new Error(`List items ${JSON.stringify(it)} must be unique.`);
  if (count > most) throw new Error(`Number of items must be less than  ${most}. Current size: ${count}`);
}

function checkText(it: string, { enum: values, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: Limits) {
  if (values && !values.includes(it)) throw new Error(`Value must be one of the following: ${values.join(", ")}`);
  if (it.length > maxLength)
    throw new Error(`String length must be less than  ${maxLength}. Current length: ${it.length}`);
  if (it.length < minLength)
    throw new Error(`String length must be more than  ${minLength}. Current length: ${it.length}`);
  if (pattern && !pattern.startsWith("/") && !new RegExp(pattern).test(it))
    throw new Error(`The value '${it}' does not match ${pattern}`);
}

function checkNumber(it: number, { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Limits) {
  if (it > maximum) throw new Error(`Number is too big: ${it}. Max allowed number is ${maximum}`);
  if (it < minimum) throw new Error(`Number is too small: ${it}. Min allowed number is ${minimum}`);
}

function pythonType(value: unknown): string {
  if (value === null) return "NoneType";
  if (Array.isArray(value)) return "list";
  const names: Readonly<Record<string, string>> = { string: "str", number: "int", boolean: "bool", object: "dict" };
  return names[typeof value] ?? "object";
}

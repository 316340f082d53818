import ipaddr from "ipaddr.js";
import { badRequest } from "#platform/api/errors.ts";
import { canonical } from "./ip.ts";

/** Why a value is no good, in Neutron's words. */
export class Invalid extends Error {}
/** Takes what a client sent and gives what we keep, or throws Invalid. */
export type Check = (value: unknown) => unknown;

export interface Attribute {
  readonly check: Check;
  readonly post: boolean;
  readonly put: boolean;
  readonly required: boolean;
  readonly default?: unknown;
}
export type Attributes = Readonly<Record<string, Attribute>>;

type More = Partial<Omit<Attribute, "check">>;
/** One attribute of a resource: what it may be and when it may be sent. */
export function attribute(check: Check, more: More = {}): Attribute {
  return { check, post: true, put: true, required: false, ...more };
}
/** What only reads: sent by nobody. */
export const readOnly = attribute((value) => value, { post: false, put: false });

/** What nearly every resource has. */
export const standardAttributes = {
  id: readOnly,
  description: attribute(text(255), { default: "" }),
  project_id: attribute(text(255), { put: false }),
  tenant_id: attribute(text(255), { put: false }),
  created_at: readOnly,
  updated_at: readOnly,
  revision_number: readOnly,
} as const;

/** Reads a request's attributes: known ones only, each checked, defaults filled in at a POST. */
export function readAttributes(all: Attributes, sent: Readonly<Record<string, unknown>>, way: "post" | "put") {
  const unknown = Object.keys(sent).filter((name) => !Object.hasOwn(all, name));
  if (unknown.length) throw badRequest(`Unrecognized attribute(s) '${unknown.join(", ")}'`, "HTTPBadRequest");
  const read: Record<string, unknown> = {};
  for (const [name, it] of Object.entries(all)) {
    if (name in sent) read[name] = readOne(name, it, sent[name], way);
    else if (way === "post" && it.required) throw badRequest(missing(name), "HTTPBadRequest");
    else if (way === "post" && it.default !== undefined) read[name] = it.default;
  }
  return read;
}

const missing = (name: string) => `Failed to parse request. Required attribute '${name}' not specified`;

function readOne(name: string, it: Attribute, value: unknown, way: "post" | "put") {
  if (way === "post" && !it.post) throw badRequest(`Attribute '${name}' not allowed in POST`, "HTTPBadRequest");
  if (way === "put" && !it.put) throw badRequest(`Cannot update read-only attribute ${name}`, "HTTPBadRequest");
  try {
    return it.check(value);
  } catch (why) {
    if (!(why instanceof Invalid)) throw why;
    throw badRequest(`Invalid input for ${name}. Reason: ${why.message}.`, "HTTPBadRequest");
  }
}

export function text(max: number): Check {
  return (value) => {
    if (typeof value !== "string") throw new Invalid(`'${spell(value)}' is not a valid string`);
    if (value.length > max) throw new Invalid(`'${value}' exceeds maximum length of ${max}`);
    return value;
  };
}
export function filled(max: number): Check {
  return (value) => {
    const it = text(max)(value) as string;
    if (it.trim() === "") throw new Invalid(`'${it}' Blank strings are not permitted`);
    return it;
  };
}
export const boolean: Check = (value) => {
  const word = spell(value).toLowerCase();
  if (value === true || word === "true" || word === "1") return true;
  if (value === false || word === "false" || word === "0") return false;
  throw new Invalid(`'${spell(value)}' cannot be converted to boolean`);
};
export const integer: Check = (value) => {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw new Invalid(`'${spell(value)}' is not an integer`);
  return number;
};
export function between(low: number, high: number): Check {
  return (value) => {
    const number = integer(value) as number;
    if (number < low) throw new Invalid(`'${number}' is too small - must be at least '${low}'`);
    if (number > high) throw new Invalid(`'${number}' is too large - must be no larger than '${high}'`);
    return number;
  };
}
export const uuid: Check = (value) => {
  if (typeof value === "string" && /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value)) return value;
  throw new Invalid(`'${spell(value)}' is not a valid UUID`);
};
export const macAddress: Check = (value) => {
  const ok = typeof value === "string" && /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value);
  if (!ok || /^00([:-]00){5}$/.test(value as string)) throw new Invalid(`'${spell(value)}' is not a valid MAC address`);
  return (value as string).toLowerCase().replaceAll("-", ":");
};
export const ipAddress: Check = (value) => {
  if (typeof value === "string" && (ipaddr.IPv4.isValidFourPartDecimal(value) || ipaddr.IPv6.isValid(value)))
    return canonical(value);
  throw new Invalid(`'${spell(value)}' is not a valid IP address`);
};
export const cidr: Check = (value) => {
  if (typeof value !== "string" || !isCidr(value)) throw new Invalid(`'${spell(value)}' is not a valid IP subnet`);
  return value;
};
export function oneOf<T>(values: readonly T[]): Check {
  return (value) => {
    if ((values as readonly unknown[]).includes(value)) return value;
    throw new Invalid(`'${spell(value)}' is not in ${spell(values)}`);
  };
}
export function orNull(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}
export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) throw new Invalid(`'${spell(value)}' is not a list`);
    return value.map(check);
  };
}
export const anObject: Check = (value) => {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new Invalid(`'${spell(value)}' is not a dictionary`);
  return value;
};
/** A dictionary of known keys; `whole` says what is wrong with one that is not. */
export function shape(keys: Readonly<Record<string, Check>>, required: readonly string[], whole: string): Check {
  return (value) => {
    const it = anObject(value) as Record<string, unknown>;
    if (required.some((key) => !(key in it)) || Object.keys(it).some((key) => !Object.hasOwn(keys, key)))
      throw new Invalid(`${whole} '${spell(value)}'`);
    return Object.fromEntries(Object.entries(it).map(([key, one]) => [key, keys[key]!(one)]));
  };
}

export function isCidr(value: string): boolean {
  const [address = "", length = "", ...rest] = value.split("/");
  if (rest.length || !/^\d{1,3}$/.test(length)) return false;
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return Number(length) <= 32;
  return ipaddr.IPv6.isValid(address) && Number(length) <= 128;
}

/** A value as Python would print it. */
export function spell(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value))
    return `[${value.map((one) => (typeof one === "string" ? `'${one}'` : spell(one))).join(", ")}]`;
  if (typeof value === "object") {
    const pairs = Object.entries(value).map(([k, v]) => `'${k}': ${typeof v === "string" ? `'${v}'` : spell(v)}`);
    return `{${pairs.join(", ")}}`;
  }
  return String(value);
}

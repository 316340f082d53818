import { type TSchema, Type } from "typebox";
import { badRequest } from "#platform/api/errors.ts";

/** How Nova lets its callers spell things: JSON shapes of words that many requests share, and what they mean. */

const yes = [true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes"];
const no = [false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"];

export type Flag = boolean | string;
export const flag = Type.Unsafe<Flag>({ type: ["boolean", "string"], enum: [...yes, ...no] });

export function isYes(it: Flag): boolean {
  return yes.includes(it);
}

/** A whole number, or its digits. */
export function whole(minimum: number, maximum = 0x7fff_ffff) {
  return Type.Unsafe<number | string>({
    type: ["integer", "string"],
    pattern: "^-?[0-9]+$",
    minLength: 1,
    minimum,
    maximum,
  });
}

/** Digits as a number, within the bounds that the shape could not check. */
export function number(field: string, it: number | string, minimum: number, maximum = 0x7fff_ffff): number {
  const n = Number(it);
  if (n < minimum) throw badRequest(outside(field, it, `${n} is less than the minimum of ${minimum}`));
  if (n > maximum) throw badRequest(outside(field, it, `${n} is greater than the maximum of ${maximum}`));
  return n;
}

/** Nova's sentence for a value that its schema refuses. */
export function outside(field: string, value: unknown, why: string): string {
  return `Invalid input for field/attribute ${field}. Value: ${value}. ${why}`;
}

/** Printable, and neither led nor trailed by white space. */
export const name = Type.String({ minLength: 1, maxLength: 255, pattern: "^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$" });

/** A map of short texts, as metadata and extra specs are. */
export function textMap(value: TSchema = Type.String({ maxLength: 255 }), more: object = {}) {
  return Type.Unsafe<Record<string, string>>({
    type: "object",
    patternProperties: { "^[a-zA-Z0-9_:. -]{1,255}$": value },
    additionalProperties: false,
    ...more,
  });
}

/** `limit` and `marker` of a list. */
export interface PageQuery {
  limit?: string;
  marker?: string;
}
export const pageQuery = {
  limit: Type.Optional(Type.String({ pattern: "^[0-9]+$" })),
  marker: Type.Optional(Type.String()),
};

const longestPage = 1000;

export function pageSize({ limit }: PageQuery): number {
  return Math.min(longestPage, limit === undefined ? longestPage : Number(limit));
}

export interface Link {
  readonly rel: "self" | "bookmark" | "next";
  readonly href: string;
}

/** The two links of a resource: below the versioned root, and below the service. */
export function links(url: string, path: string): Link[] {
  const bookmark = url.replace(/\/v2(\.1)?(\/[^/]+)?$/, "");
  return [
    { rel: "self", href: `${url}/${path}` },
    { rel: "bookmark", href: `${bookmark}/${path}` },
  ];
}

/** The link behind a full page; undefined when the page is not full. */
export function nextLink(
  url: string,
  path: string,
  query: object,
  page: readonly { id: string }[],
): Link[] | undefined {
  const last = page.at(-1)?.id;
  if (last === undefined || page.length < pageSize(query)) return undefined;
  const params = new URLSearchParams(Object.entries({ ...query, marker: last }));
  return [{ rel: "next", href: `${url}/${path}?${params}` }];
}

/** As Python spells a time without a zone: 2026-11-20T21:03:00.123000 */
export function micros(iso: string): string {
  return `${iso.slice(0, 23)}000`;
}

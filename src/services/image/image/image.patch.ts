import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import { isAttribute, readAttribute, readProperty, requireWritable } from "./image.attributes.ts";
import type { Image } from "./image.ts";

export const patchTypes = [
  "application/openstack-images-v2.1-json-patch",
  "application/openstack-images-v2.0-json-patch",
] as const;
const verbs = ["add", "replace", "remove"] as const;
type Verb = (typeof verbs)[number];
export interface Change {
  readonly verb: Verb;
  readonly key: string;
  /** What follows the key: a position. */
  readonly rest?: string;
  readonly value?: unknown;
  /** Whether what is added must be new, as in the old dialect. */
  readonly mustBeNew: boolean;
}

/** The changes in a body of either dialect. */
export function readChanges(body: unknown, type: string): Change[] {
  if (!Array.isArray(body)) throw badRequest("Request body must be a JSON array of operation objects.");
  return body.map((one) => {
    if (typeof one !== "object" || one === null || Array.isArray(one))
      throw badRequest("Operations must be JSON objects.");
    return type.startsWith(patchTypes[1])
      ? old(one as Record<string, unknown>)
      : current(one as Record<string, unknown>);
  });
}

/** {"op": "replace", "path": "/name", "value": "x"} */
function current(one: Record<string, unknown>): Change {
  if (!("op" in one))
    throw badRequest(
      "Unable to find `op` in JSON Schema change. It must be one of the following: add, remove, replace.",
    );
  if (!verbs.includes(one.op as Verb))
    throw badRequest(`Invalid operation: \`${one.op}\`. It must be one of the following: add, remove, replace.`);
  if (typeof one.path !== "string") throw badRequest("Unable to find 'path' in JSON Schema change");
  return change(one.op as Verb, one.path, one, false);
}

/** {"replace": "/name", "value": "x"} */
function old(one: Record<string, unknown>): Change {
  const found = verbs.filter((verb) => verb in one);
  if (found.length !== 1)
    throw badRequest(
      `Operation objects must contain ${found.length ? "only" : "exactly"} one member named "add", "remove", or "replace".`,
    );
  return change(found[0]!, String(one[found[0]!]), one, true);
}

function change(verb: Verb, pointer: string, one: Record<string, unknown>, mustBeNew: boolean): Change {
  const [key = "", rest, ...more] = readPointer(pointer);
  if (more.length || (rest !== undefined) !== (key === "locations" && verb !== "replace"))
    throw badRequest(`Invalid JSON pointer for this resource: '${pointer}'`);
  if (verb !== "remove" && !("value" in one)) throw badRequest(`Operation "${verb}" requires a member named "value".`);
  requireWritable(key);
  if (key === "id") throw forbidden("Attribute 'id' is read-only.");
  return { verb, key, rest, value: one.value, mustBeNew };
}

function readPointer(pointer: string): string[] {
  if (!pointer.startsWith("/")) throw badRequest(`Pointer \`${pointer}\` does not start with "/".`);
  if (pointer.includes("//")) throw badRequest(`Pointer \`${pointer}\` contains adjacent "/".`);
  if (pointer.length > 1 && pointer.endsWith("/")) throw badRequest(`Pointer \`${pointer}\` end with "/".`);
  if (pointer === "/") throw badRequest(`Pointer \`${pointer}\` does not contains valid token.`);
  if (/~(?![01])/.test(pointer))
    throw badRequest(`Pointer \`${pointer}\` contains "~" not part of a recognized escape sequence.`);
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~").trim());
}

/** What is different of an image after some changes, all or none. */
export function applied(it: Image, changes: readonly Change[]): Partial<Image> {
  let to: Partial<Image> = {};
  const properties: Record<string, string> = { ...it.properties };
  for (const change of changes) {
    if (isAttribute(change.key)) to = { ...to, ...attribute(change) };
    else property(properties, change);
  }
  return { ...to, properties };
}

function attribute({ verb, key, value, mustBeNew }: Change): Partial<Image> {
  if (verb === "remove") throw forbidden(`Property ${key} may not be removed.`);
  if (verb === "add" && mustBeNew) throw conflict(`Property ${key} already present.`);
  return readAttribute(key, value);
}

function property(properties: Record<string, string>, { verb, key, value, mustBeNew }: Change) {
  const isThere = Object.hasOwn(properties, key);
  if (verb === "add" && mustBeNew && isThere) throw conflict(`Property ${key} already present.`);
  if (verb !== "add" && !isThere) throw conflict(`Property ${key} does not exist.`);
  if (verb === "remove") delete properties[key];
  else properties[key] = readProperty(key, value);
}

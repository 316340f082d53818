import { isDeepStrictEqual } from "node:util";
import { badRequest } from "#platform/api/errors.ts";

const verbs = ["add", "remove", "replace", "move", "copy", "test"] as const;
/** One operation of RFC 6902. */
export interface Operation {
  readonly op: (typeof verbs)[number];
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value?: unknown;
}
type Doc = Record<string, unknown>;
const malformed = "Json Patch body is malformed";

/** The operations of a JSON patch. */
export function readOperations(body: unknown): Operation[] {
  if (!Array.isArray(body)) throw badRequest(malformed);
  return body.map((one) => {
    if (typeof one !== "object" || one === null || !verbs.includes(one.op)) throw badRequest(malformed);
    const { op, path, from, value } = one;
    if (["add", "replace", "test"].includes(op) && !("value" in one)) throw badRequest(malformed);
    return { op, path: pointer(path), from: op === "move" || op === "copy" ? pointer(from) : [], value };
  });
}

function pointer(text: unknown): string[] {
  if (typeof text !== "string" || !text.startsWith("/") || text === "/" || /~(?![01])/.test(text))
    throw badRequest(malformed);
  return text
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A document after an operation; the one before stays as it is. */
export function applied(doc: Doc, { op, path, from, value }: Operation): Doc {
  const to = structuredClone(doc);
  if (op === "test") return tested(to, path, value);
  if (op === "remove") remove(to, path);
  else if (op === "add" || op === "replace") put(to, path, value, op === "replace");
  else {
    const moved = get(to, from);
    if (op === "move") remove(to, from);
    put(to, path, structuredClone(moved), false);
  }
  return to;
}

function tested(doc: Doc, path: readonly string[], value: unknown): Doc {
  const it = get(doc, path);
  if (!isDeepStrictEqual(it, value)) throw badRequest(`${say(it)} is not equal to tested value ${say(value)}`);
  return doc;
}

function get(doc: unknown, path: readonly string[]): unknown {
  let it = doc;
  for (const part of path) {
    if (typeof it !== "object" || it === null || !Object.hasOwn(it, part))
      throw badRequest(`member '${part}' not found in ${say(it)}`);
    it = (it as Doc)[part];
  }
  return it;
}

function place(doc: Doc, path: readonly string[]): { into: Doc | unknown[]; last: string } {
  const into = get(doc, path.slice(0, -1));
  if (typeof into !== "object" || into === null) throw badRequest(`invalid document type ${typeof into}`);
  return { into: into as Doc | unknown[], last: path.at(-1)! };
}

function put(doc: Doc, path: readonly string[], value: unknown, isThere: boolean) {
  const { into, last } = place(doc, path);
  if (Array.isArray(into)) return putItem(into, last, value, isThere);
  if (isThere && !Object.hasOwn(into, last)) throw badRequest(`can't replace non-existent object '${last}'`);
  into[last] = value;
}

function putItem(into: unknown[], last: string, value: unknown, isThere: boolean) {
  if (last === "-" && !isThere) return void into.push(value);
  const at = index(last);
  if (at > into.length || (isThere && at === into.length)) throw badRequest("can't replace outside of list");
  into.splice(at, isThere ? 1 : 0, value);
}

function remove(doc: Doc, path: readonly string[]) {
  const { into, last } = place(doc, path);
  if (Array.isArray(into) ? index(last) >= into.length : !Object.hasOwn(into, last))
    throw badRequest(`can't remove non-existent object '${last}'`);
  if (Array.isArray(into)) into.splice(index(last), 1);
  else delete into[last];
}

function index(text: string): number {
  if (!/^(0|[1-9]\d*)$/.test(text)) throw badRequest(`'${text}' is not a valid sequence index`);
  return Number(text);
}

function say(it: unknown): string {
  return String(JSON.stringify(it)).slice(0, 200);
}

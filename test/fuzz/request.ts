import * as fc from "fast-check";
import { good } from "./good.ts";
import { mutated, nasty, nastyPart, nastyText } from "./nasty.ts";
import { fitting, type Schema } from "./schema.ts";
import type { Target } from "./target.ts";
import { parameters, plausible } from "./words.ts";

/** A request before it is rendered: words between @ stand for what only the cloud knows, or for what is too long to print. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** "admin", "demo", "reader", "stranger", "@token@" (a real one), anything else, or null for none. */
  readonly as: string | null;
  readonly version: string | undefined;
  readonly body: { readonly json: unknown } | { readonly bytes: string } | undefined;
}

/** Requests at a target: most of them right in all but one thing. */
export function requests(target: Target): fc.Arbitrary<Asked> {
  const right: Parts = {
    method: fc.constant(target.method),
    path: pathOf(target.path, 0),
    query: fc.constant(""),
    headers: fc.constant({}),
    as: whoOf(target),
    version: fc.constant(target.version),
    body: target.method === "GET" || target.method === "HEAD" ? fc.constant(undefined) : goodBody(target),
  };
  const wrong: Parts = {
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"),
    path: pathOf(target.path, 2),
    query: queryOf(target),
    headers: odd(),
    as: weak,
    version: fc.constantFrom("latest", "9.99", "2.x", "-1", "", "1e3.5", "2.1 2.2", undefined),
    body: bodyOf(target),
  };
  const but = (weight: number, ...names: (keyof Parts)[]) => ({
    weight,
    arbitrary: fc.record({ ...right, ...Object.fromEntries(names.map((name) => [name, wrong[name]])) } as Parts),
  });
  const reading = target.method === "GET";
  return fc.oneof(
    but(target.body ? 3 : 1),
    but(target.body ? 9 : 1, "body"),
    but(target.path.includes(":") ? 2 : 0, "path"),
    but(reading ? 6 : 1, "query"),
    but(1, "headers"),
    but(1, "as"),
    but(1, "version", "headers"),
    but(1, "method"),
    but(1, "path", "query", "body"),
    but(1, "path", "query", "headers", "as", "body"),
  );
}

type Parts = { readonly [K in keyof Asked]: fc.Arbitrary<Asked[K]> };

function often<T>(usual: T, other: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

const weak = fc.constantFrom<string | null>(
  "stranger",
  "reader",
  "stranger",
  null,
  "@secret@",
  "@token@",
  "test:nobody",
  "gAAAA%00",
);

/** What deletes is asked for by those who may not, mostly: there shall be something left to ask about. */
function whoOf({ method }: Target): fc.Arbitrary<string | null> {
  const strong = fc.constantFrom<string | null>("admin", "admin", "demo");
  return method === "DELETE" ? fc.oneof({ weight: 1, arbitrary: strong }, { weight: 5, arbitrary: weak }) : strong;
}

function pathOf(path: string, odds: number): fc.Arbitrary<string> {
  const parts = path.split("/");
  const arbitraries = parts.map((part, i) => {
    if (!part.startsWith(":")) return fc.constant(part);
    const kind = part === ":id" ? parts[i - 1] : `${part.slice(1)}|${parts[i - 1]}`;
    const id = fc.constant(`@id:${kind}@`);
    return fc.oneof({ weight: 1, arbitrary: id }, { weight: odds, arbitrary: nastyPart });
  });
  return fc.tuple(...arbitraries).map((all) => all.join("/"));
}

function queryOf({ query, method }: Target): fc.Arbitrary<string> {
  const known = Object.keys(query?.properties ?? {});
  const names = fc.oneof(
    fc.constantFrom(...(known.length > 0 ? known : parameters)),
    fc.constantFrom(...parameters, "__proto__", "a[b]", ""),
  );
  const pair = names.chain((name) => {
    const word = fc.constantFrom(...plausible(name.replace(/~$/, "")));
    return fc
      .oneof(
        { weight: 2, arbitrary: word },
        { weight: 2, arbitrary: nastyText },
        { weight: 1, arbitrary: fc.constantFrom("%zz", "%", "%00", "%ff%fe") },
      )
      .map((value) => `${encoded(name)}=${value.startsWith("%") ? value : encoded(value)}`);
  });
  const some = fc.oneof(
    fc.array(pair, { maxLength: 1 }),
    fc.array(pair, { maxLength: 2 }),
    fc.array(pair, { maxLength: 5 }),
  );
  const usual =
    method === "GET" ? some : fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some });
  return fc.oneof(
    { weight: 12, arbitrary: usual.map((pairs) => pairs.join("&")) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "&&&",
        "=",
        "limit",
        "limit=1&limit=2",
        "name=a&name=b&name=c",
        "?",
        "a=".repeat(3000),
        "@longquery@",
      ),
    },
  );
}

/** As a URL has it; halves of surrogate pairs too. Ids keep their marks. */
function encoded(text: string): string {
  return text.startsWith("@id:")
    ? text
    : [...text].map((c) => (c.isWellFormed() ? encodeURIComponent(c) : "%ED%A0%80")).join("");
}

function bodyOf(target: Target): fc.Arbitrary<Asked["body"]> {
  const { body, method, key, streams } = target;
  if (method === "GET" || method === "HEAD") return often(undefined, fc.constant({ json: {} }), 20);
  if (streams) return fc.constantFrom({ bytes: "" }, { bytes: "some bytes" }, { bytes: "@huge@" }, undefined);
  return fc.oneof(
    { weight: body || key ? 10 : 2, arbitrary: mutated(goodJson(target)).map((json) => ({ json })) },
    { weight: 1, arbitrary: nasty.map((json) => ({ json })) },
    { weight: 1, arbitrary: broken.map((bytes) => ({ bytes })) },
    { weight: body ? 1 : 6, arbitrary: fc.constant(undefined) },
  );
}

function goodBody(target: Target): fc.Arbitrary<Asked["body"]> {
  if (target.streams) return fc.constantFrom({ bytes: "some bytes" }, { bytes: "@huge@" });
  return target.body || target.key ? goodJson(target).map((json) => ({ json })) : fc.constant(undefined);
}

function goodJson({ body, method, path, key }: Target): fc.Arbitrary<unknown> {
  const known = good[[method, path, key].filter(Boolean).join(" ")] ?? [];
  const schematic = fitting(body ?? plain(key));
  return known.length > 0 ? fc.oneof(fc.constantFrom(...known), schematic) : schematic;
}

function plain(key: string | undefined): Schema {
  return key
    ? { type: "object", properties: { [key]: { type: ["null", "object"] } }, required: [key] }
    : { type: "object" };
}

const broken = fc.constantFrom(
  "{",
  "",
  " ",
  "null",
  "[]",
  '"x"',
  "1",
  "NaN",
  '{"a":NaN}',
  '{"a":1}{"b":2}',
  "{'a':1}",
  "\u00ef\u00bb\u00bf{}",
  '{"\u00ff\u00fe":1}',
  "\u0000",
  "<a/>",
  "a=b&c=d",
  '{"a":"\\ud800"}',
  '{"a":"\\u0000"}',
  '{"a":1,}',
  '{"__proto__":1}',
  "@deep[@",
  "@deepopen@",
  "@toolarge@",
);

function odd(): fc.Arbitrary<Record<string, string>> {
  const types = [
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json;;;",
    "multipart/form-data",
    "",
    "a/b/c",
    "APPLICATION/JSON",
    "application/octet-stream",
    "\u00ff",
  ];
  const all: Readonly<Record<string, readonly string[]>> = {
    "content-type": types,
    accept: ["application/xml", "*/*;q=NaN", "application/json;q=2", ",,,", "text/html"],
    "accept-encoding": ["gzip", "identity;q=0"],
    "x-auth-token": ["", "a".repeat(8000), "\u00ff\u0001".slice(0, 1), "null"],
    "x-subject-token": ["", "@secret@", "@token@", "test:demo"],
    "openstack-api-version": [
      "compute",
      "compute 2.1, volume 3.0",
      "compute latest latest",
      "volume -3.0",
      "x".repeat(4000),
      "compute 2.999999999999",
    ],
    "x-openstack-nova-api-version": ["2.0", "abc", "latest"],
    "x-openstack-request-id": ["req-1", "\u00ff", "a".repeat(4000)],
    host: ["", "a b", "evil.example:99999", "[::1]:80", "%00"],
    "x-forwarded-proto": ["javascript", "https"],
    "x-forwarded-for": ["1.2.3.4", "'"],
    range: ["bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-99999999999999999999", "lines=1"],
    "content-range": ["bytes 0-1/2", "x"],
    "if-match": ["revision_number=1", "revision_number=x", "revision_number=99999999999999999999"],
    expect: ["100-continue"],
    "content-encoding": ["gzip"],
    cookie: ["a=b"],
  };
  return fc
    .constantFrom(...Object.keys(all))
    .chain((name) => fc.constantFrom(...all[name]!).map((value) => ({ [name]: value })));
}

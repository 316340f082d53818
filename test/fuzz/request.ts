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

/** Requests at a target: most of them right in all but one or two things. */
export function requests(target: Target): fc.Arbitrary<Asked> {
  return fc.record({
    method: often(
      target.method,
      fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"),
      30,
    ),
    path: pathOf(target.path),
    query: queryOf(target),
    headers: often({}, odd(), 6),
    as: whoOf(target),
    version: often(
      target.version as string | undefined,
      fc.constantFrom("latest", "9.99", "2.x", "-1", "", "1e3.5", "2.1 2.2", undefined),
      30,
    ),
    body: bodyOf(target),
  });
}

function often<T>(usual: T, other: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

/** What deletes is asked for by those who may not, mostly: there shall be something left to ask about. */
function whoOf({ method }: Target): fc.Arbitrary<string | null> {
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
  const strong = fc.constantFrom<string | null>("admin", "admin", "demo");
  return fc.oneof(
    { weight: method === "DELETE" ? 1 : 6, arbitrary: strong },
    { weight: method === "DELETE" ? 3 : 1, arbitrary: weak },
  );
}

function pathOf(path: string): fc.Arbitrary<string> {
  const parts = path.split("/");
  const arbitraries = parts.map((part, i) => {
    if (!part.startsWith(":")) return fc.constant(part);
    return fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(`@id:${parts[i - 1]}@`, `@id:${part.slice(1)}@`) },
      { weight: 2, arbitrary: nastyPart },
    );
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
  const { body, method, path, key, streams } = target;
  if (method === "GET" || method === "HEAD") return often(undefined, fc.constant({ json: {} }), 20);
  if (streams) return fc.constantFrom({ bytes: "" }, { bytes: "some bytes" }, { bytes: "@huge@" }, undefined);
  const known = good[[method, path, key].filter(Boolean).join(" ")] ?? [];
  const schematic = fitting(body ?? plain(key));
  const fits = known.length > 0 ? fc.oneof(fc.constantFrom(...known), schematic) : schematic;
  return fc.oneof(
    { weight: body ? 4 : 1, arbitrary: fits.map((json) => ({ json })) },
    { weight: body ? 8 : 2, arbitrary: mutated(fits).map((json) => ({ json })) },
    { weight: 1, arbitrary: nasty.map((json) => ({ json })) },
    { weight: 1, arbitrary: broken.map((bytes) => ({ bytes })) },
    { weight: body ? 1 : 6, arbitrary: fc.constant(undefined) },
  );
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

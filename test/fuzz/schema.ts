import * as fc from "fast-check";
import { plausible } from "./words.ts";

/** What of JSON schema is read here; whatever else stands in one is left to the program to refuse. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** Values that a schema takes, or nearly so: names and ids are such as the cloud might know. */
export function fitting(schema: Schema, key = "", depth = 0): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum?.length) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either?.length) return fc.oneof(...either.map((one) => fitting(merged(schema, one), key, depth)));
  if (schema.allOf?.length) return fitting(schema.allOf.reduce(merged, { ...schema, allOf: undefined }), key, depth);
  const types = [schema.type ?? guessed(schema)].flat() as string[];
  return fc.oneof(...types.map((type) => typed(type, schema, key, depth)));
}

function merged(a: Schema, b: Schema): Schema {
  return {
    ...a,
    ...b,
    anyOf: b.anyOf,
    oneOf: b.oneOf,
    properties: { ...a.properties, ...b.properties },
    required: [...(a.required ?? []), ...(b.required ?? [])],
  };
}

function guessed(schema: Schema): string {
  if (Object.keys(schema.properties ?? {}).length > 0) return "object";
  return schema.items ? "array" : "string";
}

function typed(type: string, schema: Schema, key: string, depth: number): fc.Arbitrary<unknown> {
  if (depth > 8) return fc.constant(null);
  if (type === "object") return object(schema, depth);
  if (type === "array") return array(schema, key, depth);
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type === "integer" || type === "number") return integer(schema);
  return text(schema, key);
}

function object({ properties = {}, patternProperties, additionalProperties, required = [] }: Schema, depth: number) {
  const known = Object.fromEntries(Object.entries(properties).map(([k, s]) => [k, fitting(s, k, depth + 1)]));
  const requiredKeys = required.filter((k) => k in known);
  const full = fc.record(known, { requiredKeys, noNullPrototype: true });
  const fewest = fc.record(Object.fromEntries(requiredKeys.map((k) => [k, known[k]!])), { noNullPrototype: true });
  const fixed = fc.oneof(full, optional(known, fewest));
  const open = patternProperties ? Object.values(patternProperties)[0] : additionalProperties;
  if (typeof open !== "object") return fixed;
  const names = fc.constantFrom("a", "key", "hw:cpu_policy", "VCPU", "MEMORY_MB", "@id:providers@", "@id:servers@");
  const more = fc.dictionary(names, fitting(open, "", depth + 1), { maxKeys: 2, noNullPrototype: true });
  return fc.tuple(more, fixed).map(([a, b]) => ({ ...a, ...b }));
}

/** What is needed, and one thing more. */
function optional(known: Readonly<Record<string, fc.Arbitrary<unknown>>>, fewest: fc.Arbitrary<object>) {
  const names = Object.keys(known);
  if (names.length === 0) return fewest;
  const one = fc.constantFrom(...names).chain((name) => known[name]!.map((value) => ({ [name]: value })));
  return fc.tuple(fewest, one).map(([a, b]) => ({ ...a, ...b }));
}

function array({ items, minItems = 0, maxItems = 3 }: Schema, key: string, depth: number) {
  const one = ([items ?? {}].flat()[0] ?? {}) as Schema;
  return fc.array(fitting(one, key, depth + 1), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 3)),
  });
}

function integer({ minimum = -1, maximum = 2 ** 31 - 1 }: Schema) {
  const [low, high] = [Math.ceil(minimum), Math.floor(Math.max(minimum, maximum))];
  const small = Math.min(high, low + 10);
  return fc.oneof(fc.integer({ min: low, max: small }), fc.constantFrom(low, high, Math.min(high, Math.max(low, 1))));
}

function text({ pattern, minLength = 0, maxLength = 10_000 }: Schema, key: string): fc.Arbitrary<unknown> {
  const fits = (it: string) =>
    it.startsWith("@id:") || (it.length >= minLength && it.length <= maxLength && like(it, pattern));
  const words = plausible(key).filter(fits);
  if (words.length > 0) return fc.constantFrom(...words);
  return fc.constant("a".repeat(Math.max(1, Math.min(minLength, 64))));
}

function like(it: string, pattern: string | undefined): boolean {
  try {
    return !pattern || new RegExp(pattern, "u").test(it);
  } catch {
    return true; // another language's expression: the program has to say what fits
  }
}

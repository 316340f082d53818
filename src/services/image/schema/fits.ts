import { badRequest, forbidden } from "#platform/api/errors.ts";
import { judge } from "#platform/api/shapes.ts";
import type { Schema } from "./schema.ts";

const judges = new Map<Schema, (value: unknown) => string | undefined>();

/** 400 with the Image service's sentence for what does not fit its schema. */
export function requireFit(schema: Schema, value: unknown) {
  const why = judgeOf(schema)(value);
  if (why) throw badRequest(`Provided object does not match schema '${schema.name}': ${why}`);
}

function judgeOf(schema: Schema) {
  const known = judges.get(schema) ?? judge(schema);
  judges.set(schema, known);
  return known;
}

/** 403 for keys that only this service writes. */
export function requireNone(keys: readonly string[], value: object) {
  for (const key of keys) if (Object.hasOwn(value, key)) throw forbidden(`Attribute '${key}' is read-only.`);
}

import { type TSchema, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { name, textMap } from "../words.ts";

const zone = Type.Optional(
  Type.Unsafe<string | null>({ type: ["string", "null"], minLength: 1, maxLength: 255, pattern: "^[^:]*$" }),
);
const host = Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9._-]*$" });
const value = Type.Unsafe<string | null>({ type: ["string", "null"], maxLength: 255 });

export interface CreateAggregate {
  aggregate: { name: string; availability_zone?: string | null };
}
export const createBody = shapes<CreateAggregate>({
  "2.1": one("aggregate", object({ name, availability_zone: zone })),
});

export interface UpdateAggregate {
  aggregate: { name?: string; availability_zone?: string | null };
}
const update = { name: Type.Optional(name), availability_zone: zone };
export const updateBody = shapes<UpdateAggregate>({
  "2.1": one("aggregate", Type.Object(update, { additionalProperties: false, minProperties: 1 })),
});

export type HostBody<K extends string> = Record<K, { host: string }>;
export function hostBody<K extends string>(verb: K) {
  return shapes<HostBody<K>>({ "2.1": one(verb, object({ host })) });
}

export interface SetMetadata {
  set_metadata: { metadata: Record<string, string | null> };
}
export const metadataBody = shapes<SetMetadata>({ "2.1": one("set_metadata", object({ metadata: textMap(value) })) });

function one(key: string, of: TSchema) {
  return object({ [key]: of });
}

function object(fields: Record<string, TSchema>) {
  return Type.Object(fields, { additionalProperties: false });
}

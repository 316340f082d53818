import { type TProperties, type TSchema, Type } from "typebox";
import { type Shapes, shapes } from "#platform/api/versions.ts";
import type { Filters } from "./identity.ts";
import { since } from "./versions.ts";

/** A body with one key, in which the client may say more than the named fields. */
export function wrapped<T>(key: string, fields: TProperties): Shapes<T> {
  return held<T>(loose({ [key]: loose(fields) }));
}

export function held<T>(schema: TSchema): Shapes<T> {
  return shapes<T>({ [since]: schema });
}

/** An object of which only some fields are known. */
export function loose(fields: TProperties) {
  return Type.Object(fields, { additionalProperties: true });
}

/** Query strings are open: what a list does not know it passes over. */
export const anyQuery = held<Filters>(loose({}));

export const name = Type.String({ minLength: 1, maxLength: 255, pattern: "\\S" });
export const id = Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-zA-Z0-9-]+$" });
export const text = Type.Union([Type.String(), Type.Null()]);
export const flag = Type.Boolean();
export const options = loose({});
/** The one option of what is not a user; null takes it away. */
export const immutability = Type.Object(
  { immutable: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])) },
  { additionalProperties: false },
);
export const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);
export const maybe = Type.Optional;

import { type TProperties, type TSchema, Type } from "typebox";
import { type Shapes, shapes } from "#platform/api/versions.ts";

/** The pieces that Cinder's request shapes are made of. */
export const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);
export const maybe = Type.Optional;
export const strict = (fields: TProperties, more: object = {}) =>
  Type.Object(fields, { additionalProperties: false, ...more });
/** An object of which only some fields are known. */
export const loose = (fields: TProperties) => Type.Object(fields, { additionalProperties: true });

export const text = orNull(Type.String({ maxLength: 255 }));
export const name = Type.String({ minLength: 1, maxLength: 255 });
export const uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$" });
export const metadata = Type.Record(
  Type.String({ pattern: "^[a-zA-Z0-9-_:. /]{1,255}$" }),
  Type.String({ maxLength: 255 }),
  { additionalProperties: false },
);
export const specs = Type.Record(
  Type.String({ pattern: "^[a-zA-Z0-9-_:.]{1,255}$" }),
  Type.Union([Type.String({ maxLength: 255 }), Type.Null()]),
  { additionalProperties: false },
);
export const gib = Type.Union([
  Type.Integer({ minimum: 1, maximum: 0x7fffffff }),
  Type.String({ pattern: "^0*[1-9][0-9]{0,9}$" }),
]);
const yes = ["True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", "y", "t"];
const no = ["False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no", "n", "f"];
export const flag = Type.Unsafe<boolean | string>({ enum: [true, false, ...yes, ...no] });

/** What a flag means, in whichever of its spellings. */
const worded = (it: unknown) => (typeof it === "object" ? "" : String(it));
export const isTrue = (it: unknown): boolean => it === true || yes.includes(worded(it));
export const isFalse = (it: unknown): boolean => it === false || no.includes(worded(it));

/** A shape that holds in every version. */
export const always = <T>(schema: TSchema): Shapes<T> => shapes<T>({ "3.0": schema });
/** A body of one key. */
export const wrapped = <T>(key: string, schema: TSchema): Shapes<T> => always<T>(strict({ [key]: schema }));
/** Query strings are open: what a list does not know it passes over. */
export type Query = Readonly<Record<string, string | undefined>>;
export const anyQuery = always<Query>(Type.Record(Type.String(), Type.String()));

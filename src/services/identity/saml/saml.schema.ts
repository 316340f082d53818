import { Type } from "typebox";
import { held, loose, maybe } from "../shapes.schema.ts";

export interface AskedAssertion {
  readonly auth: {
    readonly identity: { readonly token: { readonly id: string } };
    readonly scope: { readonly service_provider: { readonly id: string } };
  };
}
const strict = { additionalProperties: false };
const named = Type.Object({ id: Type.String() }, strict);
const identity = Type.Object({ token: named, methods: maybe(Type.Array(Type.Unknown())) }, strict);
const scope = Type.Object({ service_provider: named }, strict);

export const assertionBody = held<AskedAssertion>(loose({ auth: Type.Object({ identity, scope }, strict) }));

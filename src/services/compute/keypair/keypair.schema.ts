import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { type PageQuery, pageQuery } from "../words.ts";
import type { KeypairKind } from "./keypair.ts";

const name = Type.String({ minLength: 1, maxLength: 255, pattern: "^(?! )[a-zA-Z0-9_ -]+(?<! )$" });
const wideName = Type.String({ minLength: 1, maxLength: 255, pattern: "^(?! )[a-zA-Z0-9@._ -]+(?<! )$" });
const key = Type.Optional(Type.String());
const kind = Type.Optional(Type.Unsafe<KeypairKind>({ type: "string", enum: ["ssh", "x509"] }));
const user = Type.Optional(Type.String());

export interface CreateKeypair {
  keypair: { name: string; public_key?: string; type?: KeypairKind; user_id?: string };
}
export const createBody = shapes<CreateKeypair>({
  "2.1": inKeypair({ name, public_key: key }),
  "2.2": inKeypair({ name, public_key: key, type: kind }),
  "2.10": inKeypair({ name, public_key: key, type: kind, user_id: user }),
  "2.92": inKeypair({ name: wideName, public_key: Type.String(), type: kind, user_id: user }),
});

export interface OfUser extends PageQuery {
  user_id?: string;
}
export const ofUser = shapes<OfUser>({
  "2.1": Type.Object({}, { additionalProperties: true }),
  "2.10": Type.Object({ user_id: user }, { additionalProperties: true }),
  "2.75": Type.Object({ user_id: user }, { additionalProperties: false }),
});
export const listQuery = shapes<OfUser>({
  "2.1": Type.Object({}, { additionalProperties: true }),
  "2.10": Type.Object({ user_id: user }, { additionalProperties: true }),
  "2.35": Type.Object({ user_id: user, ...pageQuery }, { additionalProperties: true }),
  "2.75": Type.Object({ user_id: user, ...pageQuery }, { additionalProperties: false }),
});

function inKeypair(fields: TProperties) {
  return Type.Object(
    { keypair: Type.Object(fields, { additionalProperties: false }) },
    { additionalProperties: false },
  );
}

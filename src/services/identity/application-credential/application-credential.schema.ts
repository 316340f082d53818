import { Type } from "typebox";
import { flag, held, id, loose, maybe, name, orNull, text } from "../shapes.schema.ts";

export interface AskedRule {
  readonly id?: string;
  readonly service?: string;
  readonly method?: string;
  readonly path?: string;
}
export interface CreateApplicationCredential {
  readonly application_credential: {
    readonly name: string;
    readonly description?: string | null;
    readonly secret?: string | null;
    readonly unrestricted?: boolean | null;
    readonly expires_at?: string | null;
    readonly roles?: readonly { readonly id?: string; readonly name?: string }[];
    readonly access_rules?: readonly AskedRule[];
  };
}

const closed = { additionalProperties: false };
const methods = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
const accessRule = loose({
  id: maybe(id),
  service: maybe(Type.String({ minLength: 1, maxLength: 64, pattern: "^[a-zA-Z0-9-]+$" })),
  method: maybe(Type.Enum(methods)),
  path: maybe(Type.String({ maxLength: 225, pattern: "^/" })),
});
const role = Type.Object({ id: maybe(id), name: maybe(name) }, { ...closed, minProperties: 1, maxProperties: 1 });

const fields = Type.Object(
  {
    id: maybe(Type.String()),
    project_id: maybe(Type.String()),
    system: maybe(text),
    name,
    description: maybe(text),
    secret: maybe(text),
    unrestricted: maybe(orNull(flag)),
    expires_at: maybe(text),
    roles: maybe(Type.Array(role)),
    access_rules: maybe(Type.Array(accessRule)),
  },
  closed,
);

export const createApplicationCredential = held<CreateApplicationCredential>(loose({ application_credential: fields }));

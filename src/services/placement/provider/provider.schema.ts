import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";

const text = Type.String();
const optional = Type.Optional;
const many = optional(Type.Union([text, Type.Array(text)]));
const exactly = <T extends TProperties>(fields: T) => Type.Object(fields, { additionalProperties: false });

export const uuidPattern = "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$";
export const uuid = Type.String({ pattern: uuidPattern });
const name = Type.String({ maxLength: 200, minLength: 1 });
const parent = optional(Type.Union([uuid, Type.Null()]));

export interface CreateProvider {
  name: string;
  uuid?: string;
  parent_provider_uuid?: string | null;
}
export const createBody = shapes<CreateProvider>({
  "1.0": exactly({ name, uuid: optional(uuid) }),
  "1.14": exactly({ name, uuid: optional(uuid), parent_provider_uuid: parent }),
});

export interface UpdateProvider {
  name: string;
  parent_provider_uuid?: string | null;
}
export const updateBody = shapes<UpdateProvider>({
  "1.0": exactly({ name }),
  "1.14": exactly({ name, parent_provider_uuid: parent }),
});

export interface ProviderQuery {
  name?: string;
  uuid?: string;
  resources?: string;
  required?: string | string[];
  member_of?: string | string[];
  in_tree?: string;
}
const byName = { name: optional(text), uuid: optional(uuid) };
export const listQuery = shapes<ProviderQuery>({
  "1.0": exactly(byName),
  "1.3": exactly({ ...byName, member_of: many }),
  "1.4": exactly({ ...byName, member_of: many, resources: optional(text) }),
  "1.14": exactly({ ...byName, member_of: many, resources: optional(text), in_tree: optional(uuid) }),
  "1.18": exactly({ ...byName, member_of: many, resources: optional(text), in_tree: optional(uuid), required: many }),
});

import { Type } from "typebox";
import { flag, id, maybe, name, options, orNull, text, wrapped } from "../shapes.schema.ts";

export interface UserFields {
  readonly name?: string;
  readonly domain_id?: string;
  readonly enabled?: boolean;
  readonly default_project_id?: string | null;
  readonly password?: string | null;
  readonly options?: Record<string, unknown>;
}
export interface CreateUser {
  readonly user: UserFields & { readonly name: string };
}
export interface ChangeUser {
  readonly user: UserFields;
}
export interface ChangePassword {
  readonly user: { readonly password: string; readonly original_password: string };
}

export const userNames = [
  "id",
  "links",
  "name",
  "domain_id",
  "enabled",
  "default_project_id",
  "password",
  "options",
  "password_expires_at",
];

const fields = {
  default_project_id: maybe(orNull(id)),
  domain_id: maybe(id),
  enabled: maybe(flag),
  password: maybe(text),
  options: maybe(options),
};

export const createUser = wrapped<CreateUser>("user", { ...fields, name });
export const changeUser = wrapped<ChangeUser>("user", { ...fields, name: maybe(name) });
export const changePassword = wrapped<ChangePassword>("user", {
  password: Type.String(),
  original_password: Type.String(),
});

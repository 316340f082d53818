import { Type } from "typebox";
import type { Tie } from "../federation/ties.work.ts";
import { flag, id, maybe, name, orNull, text, wrapped } from "../shapes.schema.ts";

export interface UserFields {
  readonly name?: string;
  readonly domain_id?: string;
  readonly enabled?: boolean;
  readonly default_project_id?: string | null;
  readonly password?: string | null;
  readonly options?: Record<string, unknown>;
  readonly federated?: readonly Tie[];
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
  "federated",
];

const maybeFlag = maybe(orNull(flag));
const rule = Type.Array(Type.String(), { minItems: 1, uniqueItems: true });

/** https://docs.openstack.org/api-ref/identity/v3/#create-user (options); null takes one back. */
const userOptions = Type.Object(
  {
    ignore_change_password_upon_first_use: maybeFlag,
    ignore_password_expiry: maybeFlag,
    ignore_lockout_failure_attempts: maybeFlag,
    ignore_user_inactivity: maybeFlag,
    lock_password: maybeFlag,
    multi_factor_auth_enabled: maybeFlag,
    multi_factor_auth_rules: maybe(orNull(Type.Array(rule, { uniqueItems: true }))),
  },
  { additionalProperties: false },
);

const tie = Type.Object(
  {
    idp_id: Type.String(),
    protocols: Type.Array(
      Type.Object({ protocol_id: Type.String(), unique_id: Type.String() }, { additionalProperties: false }),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

const fields = {
  federated: maybe(Type.Array(tie)),
  default_project_id: maybe(orNull(id)),
  domain_id: maybe(id),
  enabled: maybe(flag),
  password: maybe(text),
  options: maybe(userOptions),
};

export const createUser = wrapped<CreateUser>("user", { ...fields, name });
export const changeUser = wrapped<ChangeUser>("user", { ...fields, name: maybe(name) });
export const changePassword = wrapped<ChangePassword>("user", {
  password: Type.String(),
  original_password: Type.String(),
});

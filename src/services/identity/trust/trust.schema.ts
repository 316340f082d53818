import { Type } from "typebox";
import { flag, held, id, loose, maybe, name, orNull } from "../shapes.schema.ts";

export interface CreateTrust {
  readonly trust: {
    readonly trustor_user_id: string;
    readonly trustee_user_id: string;
    readonly impersonation: boolean;
    readonly project_id?: string | null;
    readonly remaining_uses?: number | null;
    readonly expires_at?: string | null;
    readonly allow_redelegation?: boolean | null;
    readonly redelegation_count?: number | null;
    readonly roles?: readonly { readonly id?: string; readonly name?: string }[];
  };
}

export const trustNames = [
  "id",
  "links",
  "roles_links",
  "trustor_user_id",
  "trustee_user_id",
  "impersonation",
  "project_id",
  "remaining_uses",
  "expires_at",
  "allow_redelegation",
  "redelegation_count",
  "redelegated_trust_id",
  "deleted_at",
  "roles",
];

const str = Type.String();
const role = Type.Object(
  { id: maybe(id), name: maybe(name) },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);

export const createTrust = held<CreateTrust>(
  Type.Object(
    {
      trust: loose({
        trustor_user_id: str,
        trustee_user_id: str,
        impersonation: flag,
        project_id: maybe(orNull(str)),
        remaining_uses: maybe(orNull(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }))),
        expires_at: maybe(orNull(str)),
        allow_redelegation: maybe(orNull(flag)),
        redelegation_count: maybe(orNull(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }))),
        roles: maybe(Type.Array(role)),
      }),
    },
    { additionalProperties: false },
  ),
);

import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { flag, maybe, strict, text, uuid, wrapped } from "../shapes.ts";

export interface CreateTransfer {
  readonly transfer: {
    readonly volume_id: string;
    readonly name?: string | null;
    readonly no_snapshots?: boolean | string;
  };
}
export interface AcceptTransfer {
  readonly accept: { readonly auth_key: string | number };
}

const fields = { volume_id: uuid, name: maybe(text) };

export const createBody = shapes<CreateTransfer>({
  "3.0": strict({ transfer: strict(fields) }),
  "3.55": strict({ transfer: strict({ ...fields, no_snapshots: maybe(flag) }) }),
});
export const acceptBody = wrapped<AcceptTransfer>(
  "accept",
  strict({ auth_key: Type.Union([Type.String(), Type.Integer()]) }),
);

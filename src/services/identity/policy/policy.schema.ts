import { Type } from "typebox";
import { maybe, wrapped } from "../shapes.schema.ts";

export interface PolicyFields {
  readonly type: string;
  readonly blob: string;
}

export const policyNames = ["id", "links", "type", "blob"];

const type = Type.String({ maxLength: 255 });
const blob = Type.String();

export const createPolicy = wrapped<{ policy: PolicyFields }>("policy", { type, blob });
export const changePolicy = wrapped<{ policy: Partial<PolicyFields> }>("policy", {
  type: maybe(type),
  blob: maybe(blob),
});

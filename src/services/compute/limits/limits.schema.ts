import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";

export interface OfProject {
  tenant_id?: string;
}

const text = Type.Optional(Type.String());

export const projectQuery = shapes<OfProject>({
  "2.1": Type.Object({ tenant_id: text }, { additionalProperties: true }),
  "2.57": Type.Object({ tenant_id: text, reserved: text }, { additionalProperties: true }),
  "2.75": Type.Object({ tenant_id: text, reserved: text }, { additionalProperties: false }),
});

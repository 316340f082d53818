import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { name, whole } from "../words.ts";
import type { GroupPolicy } from "./server-group.ts";

export interface CreateGroup {
  server_group: {
    name: string;
    policies?: [GroupPolicy];
    policy?: GroupPolicy;
    rules?: { max_server_per_host?: number | string };
  };
}

const soft = ["soft-anti-affinity", "soft-affinity"];
const hard = ["anti-affinity", "affinity"];
const rules = Type.Optional(Type.Object({ max_server_per_host: whole(1) }, { additionalProperties: false }));

export const createBody = shapes<CreateGroup>({
  "2.1": inGroup({ name, policies: policies(hard) }),
  "2.15": inGroup({ name, policies: policies([...hard, ...soft]) }),
  "2.64": inGroup({ name, policy: Type.Unsafe({ type: "string", enum: [...hard, ...soft] }), rules }),
});

export interface ListGroups {
  all_projects?: string;
  limit?: string;
  offset?: string;
}
const digits = Type.Optional(Type.String({ pattern: "^[0-9]+$" }));
const list = { all_projects: Type.Optional(Type.String()), limit: digits, offset: digits };
export const listQuery = shapes<ListGroups>({
  "2.1": Type.Object(list, { additionalProperties: true }),
  "2.75": Type.Object(list, { additionalProperties: false }),
});

function policies(words: readonly string[]) {
  return Type.Unsafe({ type: "array", items: { type: "string", enum: words }, minItems: 1, maxItems: 1 });
}

function inGroup(fields: TProperties) {
  const server_group = Type.Object(fields, { additionalProperties: false });
  return Type.Object({ server_group }, { additionalProperties: false });
}

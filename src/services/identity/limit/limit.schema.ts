import { Type } from "typebox";
import { held, id, loose, maybe, orNull, text } from "../shapes.schema.ts";
import type { Asked } from "./limit.ts";

export interface AskedRegistered extends Asked {
  readonly default_limit: number;
}
export interface AskedLimit extends Asked {
  readonly project_id?: string;
  readonly domain_id?: string;
  readonly resource_limit: number;
}

const amount = Type.Integer({ minimum: -1, maximum: 2 ** 31 - 1 });
const resource = Type.String({ minLength: 1, maxLength: 255 });
const strict = { additionalProperties: false };
const shared = {
  service_id: id,
  region_id: maybe(orNull(Type.String())),
  resource_name: resource,
  description: maybe(text),
};
const registered = { ...shared, default_limit: amount };
const limit = { ...shared, region_id: maybe(Type.String()), resource_limit: amount };
const either = [Type.Object({ ...limit, project_id: id }, strict), Type.Object({ ...limit, domain_id: id }, strict)];

export const createRegistered = held<{ registered_limits: readonly AskedRegistered[] }>(
  loose({ registered_limits: Type.Array(Type.Object(registered, strict), { minItems: 1 }) }),
);
export const changeRegistered = held<{ registered_limit: Partial<AskedRegistered> }>(
  loose({ registered_limit: Type.Partial(Type.Object(registered), strict) }),
);
export const createLimits = held<{ limits: readonly AskedLimit[] }>(
  loose({ limits: Type.Array(Type.Union(either), { minItems: 1 }) }),
);
export const changeLimit = held<{ limit: Pick<Partial<AskedLimit>, "resource_limit" | "description"> }>(
  loose({ limit: Type.Object({ resource_limit: maybe(amount), description: maybe(text) }, strict) }),
);

import { Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";

const max = 2147483647;
const optional = Type.Optional;
const positive = Type.Integer({ minimum: 1, maximum: max });
const generation = Type.Integer();

const amounts = {
  total: positive,
  reserved: optional(Type.Integer({ minimum: 0, maximum: max })),
  min_unit: optional(positive),
  max_unit: optional(positive),
  step_size: optional(positive),
  allocation_ratio: optional(Type.Number({ exclusiveMinimum: 0, maximum: 3.40282e38 })),
};
export interface Amounts {
  total: number;
  reserved?: number;
  min_unit?: number;
  max_unit?: number;
  step_size?: number;
  allocation_ratio?: number;
}

export interface PutOne extends Amounts {
  resource_provider_generation: number;
}
export const putOneBody = shapes<PutOne>({
  "1.0": Type.Object({ ...amounts, resource_provider_generation: generation }, { additionalProperties: false }),
});

export interface PostOne extends Amounts {
  resource_class: string;
  resource_provider_generation?: number;
}
export const postOneBody = shapes<PostOne>({
  "1.0": Type.Object(
    {
      ...amounts,
      resource_class: Type.String({ pattern: "^[A-Z0-9_]+$" }),
      resource_provider_generation: optional(generation),
    },
    { additionalProperties: false },
  ),
});

export interface PutAll {
  resource_provider_generation: number;
  inventories: Record<string, Amounts>;
}
export const putAllBody = shapes<PutAll>({
  "1.0": Type.Object(
    {
      resource_provider_generation: generation,
      inventories: Type.Record(
        Type.String({ pattern: "^[A-Z0-9_]+$" }),
        Type.Object(amounts, { additionalProperties: false }),
        {
          additionalProperties: false,
        },
      ),
    },
    { additionalProperties: false },
  ),
});

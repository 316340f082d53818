import { type TProperties, type TSchema, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { uuid } from "../provider/provider.schema.ts";

const exactly = <T extends TProperties>(fields: T) => Type.Object(fields, { additionalProperties: false });
const optional = Type.Optional;
const text = Type.String({ minLength: 1, maxLength: 255 });
const resources = Type.Record(Type.String({ pattern: "^[A-Z0-9_]+$" }), Type.Integer({ minimum: 1 }), {
  additionalProperties: false,
  minProperties: 1,
});
const byProvider = (least: number) =>
  Type.Record(
    Type.String({ pattern: "^[0-9a-fA-F-]{36}$" }),
    exactly({ generation: optional(Type.Integer()), resources }),
    {
      additionalProperties: false,
      minProperties: least,
    },
  );
const listed = Type.Array(exactly({ resource_provider: exactly({ uuid }), resources }), { minItems: 1 });
const generation = Type.Union([Type.Integer(), Type.Null()]);
const mappings = optional(Type.Record(Type.String(), Type.Array(uuid)));
const kind = Type.String({ pattern: "^[A-Z0-9_]+$", minLength: 1, maxLength: 255 });

export interface PutAllocations {
  allocations:
    | Record<string, { resources: Record<string, number> }>
    | { resource_provider: { uuid: string }; resources: Record<string, number> }[];
  project_id?: string;
  user_id?: string;
  consumer_generation?: number | null;
  consumer_type?: string;
}

const whose = { project_id: text, user_id: text };
const v28 = { allocations: byProvider(0), ...whose, consumer_generation: generation };
export const putBody = shapes<PutAllocations>({
  "1.0": exactly({ allocations: listed }),
  "1.8": exactly({ allocations: listed, ...whose }),
  "1.12": exactly({ allocations: byProvider(1), ...whose }),
  "1.28": exactly(v28),
  "1.34": exactly({ ...v28, mappings }),
  "1.38": exactly({ ...v28, mappings, consumer_type: kind }),
});

const byConsumer = (one: TSchema) =>
  Type.Record(Type.String({ pattern: "^[0-9a-fA-F-]{36}$" }), one, { additionalProperties: false, minProperties: 1 });
export const postBody = shapes<Record<string, PutAllocations>>({
  "1.13": byConsumer(exactly({ allocations: byProvider(0), ...whose })),
  "1.28": byConsumer(exactly(v28)),
  "1.34": byConsumer(exactly({ ...v28, mappings })),
  "1.38": byConsumer(exactly({ ...v28, mappings, consumer_type: kind })),
});

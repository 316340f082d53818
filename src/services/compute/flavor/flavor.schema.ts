import { type TProperties, Type } from "typebox";
import { shapes } from "#platform/api/versions.ts";
import { type Flag, flag, name, type PageQuery, pageQuery, textMap, whole } from "../words.ts";

type Amount = number | string;

export interface CreateFlavor {
  flavor: {
    name: string;
    id?: string | number | null;
    ram: Amount;
    vcpus: Amount;
    disk: Amount;
    "OS-FLV-EXT-DATA:ephemeral"?: Amount;
    swap?: Amount;
    rxtx_factor?: Amount;
    "os-flavor-access:is_public"?: Flag;
    description?: string | null;
  };
}

const description = Type.Unsafe<string | null>({ type: ["string", "null"], maxLength: 65_535 });
const factor = Type.Unsafe<Amount>({
  type: ["number", "string"],
  pattern: "^[0-9]+(\\.[0-9]+)?$",
  exclusiveMinimum: 0,
  maximum: 3.40282e38,
});
const id = Type.Unsafe<string | number | null>({
  type: ["string", "number", "null"],
  minLength: 1,
  maxLength: 255,
  pattern: "^(?! )[a-zA-Z0-9. _-]+(?<! )$",
});
const create: TProperties = {
  name,
  id: Type.Optional(id),
  ram: whole(1),
  vcpus: whole(1),
  disk: whole(0),
  "OS-FLV-EXT-DATA:ephemeral": Type.Optional(whole(0)),
  swap: Type.Optional(whole(0)),
  rxtx_factor: Type.Optional(factor),
  "os-flavor-access:is_public": Type.Optional(flag),
};

export const createBody = shapes<CreateFlavor>({
  "2.1": inFlavor(create),
  "2.55": inFlavor({ ...create, description: Type.Optional(description) }),
});

export interface UpdateFlavor {
  flavor: { description: string | null };
}
export const updateBody = shapes<UpdateFlavor>({ "2.55": inFlavor({ description }) });

export interface ListFlavors extends PageQuery {
  is_public?: string;
  minRam?: string;
  minDisk?: string;
  sort_key?: SortKey;
  sort_dir?: "asc" | "desc";
}
/** The words to sort by, and the columns that they mean. */
export const sortColumns = {
  created_at: "createdAt",
  description: "description",
  disabled: "disabled",
  ephemeral_gb: "ephemeralGib",
  flavorid: "id",
  id: "createdAt",
  is_public: "isPublic",
  memory_mb: "memoryMib",
  name: "name",
  root_gb: "diskGib",
  rxtx_factor: "rxtxFactor",
  swap: "swapMib",
  updated_at: "updatedAt",
  vcpu_weight: "id",
  vcpus: "vcpus",
} as const;
export type SortKey = keyof typeof sortColumns;

const text = Type.Optional(Type.String());
const list: TProperties = {
  ...pageQuery,
  is_public: text,
  minRam: text,
  minDisk: text,
  sort_key: Type.Optional(Type.Unsafe<SortKey>({ type: "string", enum: Object.keys(sortColumns) })),
  sort_dir: Type.Optional(Type.Unsafe<"asc" | "desc">({ type: "string", enum: ["asc", "desc"] })),
};
export const listQuery = shapes<ListFlavors>({
  "2.1": Type.Object(list, { additionalProperties: true }),
  "2.75": Type.Object(list, { additionalProperties: false }),
});

export type AccessBody<K extends string> = Record<K, { tenant: string }>;
export function accessBody<K extends string>(verb: K) {
  const of = Type.Object({ tenant: Type.String({ minLength: 1, maxLength: 255 }) }, { additionalProperties: false });
  return shapes<AccessBody<K>>({ "2.1": Type.Object({ [verb]: of }, { additionalProperties: false }) });
}

const spec = Type.Unsafe<string>({ type: ["string", "number"], maxLength: 255 });
export interface SpecsBody {
  extra_specs: Record<string, string | number>;
}
export const specsBody = shapes<SpecsBody>({
  "2.1": Type.Object({ extra_specs: textMap(spec) }, { additionalProperties: false }),
});
export const specBody = shapes<Record<string, string | number>>({
  "2.1": textMap(spec, { minProperties: 1, maxProperties: 1 }),
});

function inFlavor(fields: TProperties) {
  return Type.Object({ flavor: Type.Object(fields, { additionalProperties: false }) }, { additionalProperties: false });
}

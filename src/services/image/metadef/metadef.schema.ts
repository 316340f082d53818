import { collection, readOnly, type Schema } from "../schema/schema.ts";

const types = ["array", "boolean", "integer", "number", "object", "string", null];
const text = { type: "string" };
const short = { type: "string", maxLength: 80 };
const natural = { $ref: "#/definitions/positiveInteger" };
const naturalOr0 = { $ref: "#/definitions/positiveIntegerDefault0" };
const times = {
  created_at: readOnly("Date and time of creation", { format: "date-time" }),
  updated_at: readOnly("Date and time of the last modification", { format: "date-time" }),
};

const property = {
  name: short,
  title: text,
  description: text,
  operators: { type: "array", items: text },
  type: { type: "string", enum: types },
  required: { $ref: "#/definitions/stringArray" },
  minimum: { type: "number" },
  maximum: { type: "number" },
  maxLength: natural,
  minLength: naturalOr0,
  pattern: { type: "string", format: "regex" },
  enum: { type: "array" },
  readonly: { type: "boolean" },
  default: {},
  items: { type: "object", properties: { type: { type: "string", enum: types }, enum: { type: "array" } } },
  maxItems: natural,
  minItems: naturalOr0,
  uniqueItems: { type: "boolean", default: false },
  additionalItems: { type: "boolean" },
};

const definitions = {
  positiveInteger: { type: "integer", minimum: 0 },
  positiveIntegerDefault0: { allOf: [{ $ref: "#/definitions/positiveInteger" }, { default: 0 }] },
  stringArray: { type: "array", items: text, uniqueItems: true },
  property: {
    type: "object",
    additionalProperties: { type: "object", required: ["title", "type"], properties: property },
  },
};

export const propertySchema: Schema = {
  name: "property",
  properties: property,
  additionalProperties: false,
  definitions,
  required: ["type", "title", "name"],
};
/** A property within a map, whose key is its name. */
export const nestedPropertySchema: Schema = { ...propertySchema, required: ["type", "title"] };

export const objectSchema: Schema = {
  name: "object",
  properties: {
    name: short,
    description: text,
    required: { $ref: "#/definitions/stringArray" },
    properties: { $ref: "#/definitions/property" },
    schema: readOnly(),
    self: readOnly(),
    ...times,
  },
  additionalProperties: false,
  definitions,
  required: ["name"],
};

export const tagSchema: Schema = {
  name: "tag",
  properties: { name: short, ...times },
  additionalProperties: false,
  required: ["name"],
};

/** What gives a namespace its tags. */
export const tagListSchema: Schema = {
  name: "tags",
  properties: {
    tags: {
      type: "array",
      items: { type: "object", properties: { name: text }, required: ["name"], additionalProperties: false },
    },
  },
  additionalProperties: false,
};

export const associationSchema: Schema = {
  name: "resource_type_association",
  properties: {
    name: { ...short, description: "The name of the resource type, as Heat calls it where Heat knows it." },
    prefix: {
      ...short,
      description:
        "What the names of the namespace's properties begin with on resources of this type, its separator included.",
    },
    properties_target: {
      ...short,
      description: "Which of several sets of keys and values of such a resource is meant: image, say, of a volume.",
    },
    ...times,
  },
  additionalProperties: false,
  required: ["name"],
};

export const namespaceSchema: Schema = {
  name: "namespace",
  properties: {
    namespace: { ...short, description: "The unique namespace text." },
    display_name: { ...short, description: "The name of the namespace as people read it." },
    description: { type: "string", description: "What the namespace is about.", maxLength: 500 },
    visibility: { type: "string", description: "Scope of namespace accessibility.", enum: ["public", "private"] },
    protected: { type: "boolean", description: "If true, namespace will not be deletable." },
    owner: { type: "string", description: "Owner of the namespace.", maxLength: 255 },
    ...times,
    schema: readOnly(),
    self: readOnly(),
    resource_type_associations: {
      type: "array",
      items: { type: "object", properties: { name: text, prefix: text, properties_target: text } },
    },
    properties: { $ref: "#/definitions/property" },
    objects: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: text,
          description: text,
          required: { $ref: "#/definitions/stringArray" },
          properties: { $ref: "#/definitions/property" },
        },
      },
    },
    tags: { type: "array", items: { type: "object", properties: { name: text } } },
  },
  additionalProperties: false,
  definitions,
  required: ["namespace"],
};

export const namespacesSchema = collection("namespaces", namespaceSchema);
export const objectsSchema = collection("objects", objectSchema);
export const tagsSchema = collection("tags", tagSchema);
export const associationsSchema = collection("resource_type_associations", associationSchema);
export const propertiesSchema = collection("properties", nestedPropertySchema, "map");

import type { ArtifactType, Field, Kind } from "./field.ts";

const version = "1.0";

/** A type as its JSON schema says it, with Glare's words beside. */
export function shownType(type: ArtifactType) {
  const fields = Object.entries(type.fields).map(([name, field]) => [name, shownField(field)]);
  return {
    name: type.name,
    display_name: type.displayName,
    version,
    title: `Artifact type ${type.name} of version ${version}`,
    type: "object",
    required: ["name"],
    properties: Object.fromEntries(fields),
  };
}

function shownField(field: Field) {
  const { kind, shape, description, limits } = field;
  const type = shape === "list" ? "array" : shape === "dict" || kind === "Blob" ? "object" : jsonType(kind);
  return {
    ...limits,
    type: field.nullable ? [type, "null"] : type,
    glareType: glareType(field),
    ...(field.system && { readOnly: true }),
    ...(shape === "dict" && { additionalProperties: kind === "Blob" ? blobSchema : element(field) }),
    ...(shape === "list" && { items: element(field) }),
    ...(kind === "Blob" && shape === "one" && blobSchema),
    ...(kind === "DateTime" && { format: "date-time" }),
    ...(description && { description }),
    ...(field.mutable && { mutable: true }),
    ...(field.sortable && { sortable: true }),
    ...(!field.required && { required_on_activate: false }),
    ...(field.default !== null && { default: field.default }),
    filter_ops: field.ops,
  };
}

function element({ kind, elements }: Field) {
  return { type: jsonType(kind), ...elements };
}

function jsonType(kind: Kind): string {
  const others: Partial<Record<Kind, string>> = { Integer: "integer", Float: "number", Boolean: "boolean" };
  return others[kind] ?? "string";
}

function glareType({ kind, shape }: Field): string {
  const name = kind === "Version" ? "String" : kind;
  return shape === "one" ? name : name + (shape === "list" ? "List" : "Dict");
}

const text = { type: ["string", "null"] };
const blobSchema = {
  type: ["object", "null"],
  properties: {
    size: { type: ["number", "null"] },
    md5: text,
    sha1: text,
    sha256: text,
    external: { type: "boolean" },
    status: { type: "string", enum: ["saving", "active"] },
    content_type: { type: "string" },
  },
  required: ["size", "md5", "sha1", "sha256", "external", "status", "content_type"],
  additionalProperties: false,
};

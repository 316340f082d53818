import { badRequest, forbidden } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { baseColumns, isBase } from "../type/base.ts";
import { coerced } from "../type/coerce.ts";
import type { ArtifactType, Field } from "../type/field.ts";
import { isBlob, isFolder } from "../type/types.ts";
import type { Artifact } from "./artifact.ts";
import { readVersion } from "./version.ts";

/** Throws unless a field may be changed in an artifact that is as it is now. */
export function requireChange({ fields }: ArtifactType, { status }: Pick<Artifact, "status">, name: string): Field {
  const field = own(fields, name);
  if (!field) throw badRequest(`Cannot add new field '${name}' to artifact.`);
  if (status === "deactivated") throw forbidden("Forbidden to change fields if artifact is not active or drafted.");
  if (field.system)
    throw forbidden(`Forbidden to specify system field ${name}. It is not available for modifying by users.`);
  if (status === "active" && !field.mutable) throw forbidden(`Forbidden to change field '${name}' after activation.`);
  return field;
}

export function requireNoBlob({ fields }: ArtifactType, name: string) {
  const field = own(fields, name);
  if (field && (isBlob(field) || isFolder(field)))
    throw badRequest("Cannot add blob with this request. Use special Blob API for that.");
}

/** An artifact in which one field has another value. */
export function withField(type: ArtifactType, it: Artifact, name: string, field: Field, value: unknown): Artifact {
  const taken = coerced(type, name, field, value);
  if (name === "tags") return { ...it, tags: (taken as string[] | null) ?? [] };
  if (name === "version") return { ...it, ...readVersion(taken as string) };
  if (isBase(name)) return { ...it, [baseColumns[name]]: taken ?? field.default };
  const { [name]: _before, ...others } = it.fields;
  return { ...it, fields: taken === null ? others : { ...others, [name]: taken } };
}

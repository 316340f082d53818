import type { Blob } from "../blob/blob.ts";
import { baseColumns, isBase } from "../type/base.ts";
import type { ArtifactType, Field } from "../type/field.ts";
import { isBlob, isFolder } from "../type/types.ts";
import type { Artifact } from "./artifact.ts";

/** An artifact by the names of its type's fields. */
export function shown(it: Artifact, type: ArtifactType, blobs: readonly Blob[]): Record<string, unknown> {
  const fields = Object.entries(type.fields).map(([name, field]) => [name, fieldOf(it, name, field, blobs)]);
  return Object.fromEntries(fields);
}

function fieldOf(it: Artifact, name: string, field: Field, blobs: readonly Blob[]): unknown {
  if (name === "tags") return it.tags;
  if (isBase(name))
    return field.kind === "DateTime" ? toSecond(it[baseColumns[name]] as string) : it[baseColumns[name]];
  const own = blobs.filter((blob) => blob.field === name);
  if (isBlob(field)) return own[0] ? shownBlob(it, own[0]) : null;
  if (isFolder(field)) return Object.fromEntries(own.map((blob) => [blob.entry, shownBlob(it, blob)]));
  return it.fields[name] ?? field.default;
}

function toSecond(at: string | null): string | null {
  return at && `${at.slice(0, 19)}Z`;
}

function shownBlob({ id, typeName }: Artifact, { field, entry, url, uploadKey, uploadSize, ...blob }: Blob) {
  const own = `/artifacts/${typeName}/${id}/${field}${entry ? `/${entry}` : ""}`;
  return {
    url: url ?? own,
    external: url !== null,
    status: uploadKey ? "saving" : "active",
    size: uploadKey ? uploadSize : blob.size,
    content_type: blob.contentType,
    md5: blob.md5,
    sha1: blob.sha1,
    sha256: blob.sha256,
  };
}

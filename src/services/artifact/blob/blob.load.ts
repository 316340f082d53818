import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { load, loadToChange, type Named, type OfArtifact } from "../artifact/artifact.load.ts";
import type { ArtifactScope } from "../kit.ts";
import type { Field } from "../type/field.ts";
import { isBlob, isFolder } from "../type/types.ts";
import type { Slot } from "./blob.ts";

type Own = Ctx<ArtifactScope>;
/** One blob of an artifact, as rules are asked about it. */
export interface OfBlob extends OfArtifact {
  readonly slot: Slot;
  readonly field: Field;
}
export interface NamedBlob extends Named {
  /** "*": what follows the field's name, slashes and all. */
  readonly path: Named["path"] & { readonly blob_name: string; readonly "*"?: string };
}

export async function loadBlob(ctx: Own, named: NamedBlob): Promise<OfBlob> {
  return slotOf(await load(ctx, named), named);
}

export async function loadBlobToChange(ctx: Own, named: NamedBlob): Promise<OfBlob> {
  return slotOf(await loadToChange(ctx, named), named);
}

function slotOf(of: OfArtifact, { path: { blob_name: name, "*": entry = "" } }: NamedBlob): OfBlob {
  const field = own(of.type.fields, name);
  if (!field || !(entry ? isFolder(field) : isBlob(field)))
    throw badRequest(`${name} is not a blob${entry ? " dict" : ""}`);
  if (entry.length > 255) throw badRequest("Dict key length must be less than 255.");
  return { ...of, field, slot: { artifactId: of.artifact.id, field: name, entry } };
}

import { forbidden, notFound } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ArtifactScope } from "../kit.ts";
import { rule } from "../rules.ts";
import type { ArtifactType } from "../type/field.ts";
import { typeNamed } from "../type/types.ts";
import { findArtifact, lockArtifact } from "./artifact.store.ts";
import type { Artifact } from "./artifact.ts";

type Own = Ctx<ArtifactScope>;
/** An artifact as rules are asked about it. */
export interface OfArtifact {
  readonly projectId: string;
  readonly owner: string;
  readonly visibility: string;
  readonly status: string;
  readonly artifact: Artifact;
  readonly type: ArtifactType;
}
export interface Named {
  readonly path: { readonly type_name: string; readonly artifact_id: string };
}

/** The artifact that a path names, for those who may know of it. */
export async function load(ctx: Own, { path }: Named): Promise<OfArtifact> {
  return seen(ctx, path, await findArtifact(ctx.db, path.artifact_id));
}

/** The same, held until the end of the transaction, and only if artifacts of its type can be changed through that path. */
export async function hold(ctx: Own, { path }: Named): Promise<OfArtifact> {
  return changeable(seen(ctx, path, await lockArtifact(ctx.db, path.artifact_id)));
}

/** The same, not held. */
export async function loadToChange(ctx: Own, named: Named): Promise<OfArtifact> {
  return changeable(await load(ctx, named));
}

export function requireMay(ctx: Own, asked: Rule, it: OfArtifact) {
  if (!ctx.may(asked, it))
    throw forbidden(`Policy check for ${asked.name} failed with user credentials.`, "PolicyException");
}

export function requireWritable({ readOnly }: ArtifactType) {
  if (readOnly) throw forbidden("This type is read only.");
}

export function absent(id: string) {
  return notFound(`Artifact with id=${id} not found.`, "ArtifactNotFound");
}

function changeable(it: OfArtifact): OfArtifact {
  requireWritable(it.type);
  return it;
}

function seen(ctx: Own, { type_name, artifact_id }: Named["path"], artifact: Artifact | undefined): OfArtifact {
  const type = typeNamed(type_name);
  if (!artifact || !(type.readOnly || artifact.typeName === type.name) || !seenBy(ctx)(artifact))
    throw absent(artifact_id);
  const { owner, visibility, status } = artifact;
  return { projectId: owner, owner, visibility, status, artifact, type };
}

/** Tells what who asks may know of. */
export function seenBy(ctx: Own): (it: Artifact) => boolean {
  return ({ owner, visibility }) =>
    visibility === "public" || owner === ctx.actor.projectId || ctx.may(rule.get_any_artifact, {});
}

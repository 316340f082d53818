import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Blob } from "../blob/blob.ts";
import { isBase } from "../type/base.ts";
import type { ArtifactType } from "../type/field.ts";
import { isBlob, isFolder } from "../type/types.ts";
import type { Artifact, Status } from "./artifact.ts";

/** What a change of an artifact is, where it is more than another value. */
export type Verb = "activate" | "reactivate" | "deactivate" | "publish";

/** What a wish for another status asks for; undefined where nothing becomes different. */
export function toStatus(type: ArtifactType, it: Artifact, wish: unknown, blobs: readonly Blob[]): Verb | undefined {
  if (wish === "active") return toActive(type, it, blobs);
  if (wish === "drafted") {
    if (it.status !== "drafted") throw forbidden("Cannot change status to 'drafted'");
    return undefined;
  }
  if (wish === "deactivated") {
    if (it.status === "drafted") throw forbidden("Cannot deactivate artifact if it's not active.");
    return "deactivate";
  }
  if (wish === "deleted") throw forbidden("Cannot delete artifact with PATCH requests. Use special API to do this.");
  throw badRequest(`Unknown artifact status: ${String(wish)}.`);
}

function toActive(type: ArtifactType, it: Artifact, blobs: readonly Blob[]): Verb {
  if (it.status === "deactivated") return "reactivate";
  if (it.status === "drafted") requireComplete(type, it, blobs);
  return "activate";
}

/** Throws unless an artifact has all that its type requires of an active one. */
export function requireComplete({ fields }: ArtifactType, it: Artifact, blobs: readonly Blob[]) {
  for (const [name, field] of Object.entries(fields)) {
    if (!field.required || field.system || isBase(name) || isFolder(field)) continue;
    const there = isBlob(field) ? blobs.some((one) => one.field === name) : (it.fields[name] ?? field.default) !== null;
    if (!there) throw forbidden(`'${name}' field value must be set before activation.`);
  }
}

export function toVisibility({ visibility, status }: Artifact, wish: unknown): Verb | undefined {
  if (wish === "private") {
    if (visibility !== "private") throw forbidden("Cannot make artifact private again.");
    return undefined;
  }
  if (wish !== "public") throw badRequest(`Unknown artifact visibility: ${String(wish)}.`);
  if (status !== "active") throw forbidden("Cannot change visibility to 'public' if artifact is not active.");
  return "publish";
}

/** An artifact after such a change. */
export function after(it: Artifact, verb: Verb, now: string): Artifact {
  if (verb === "publish") return { ...it, visibility: "public" };
  const status: Status = verb === "deactivate" ? "deactivated" : "active";
  return status === it.status ? it : { ...it, status, activatedAt: status === "active" ? now : it.activatedAt };
}

import { notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import type { ImageScope } from "../kit.ts";
import { findNamespace } from "./metadef.store.ts";
import { isSeen, type Namespace } from "./namespace.ts";

type Own = Ctx<ImageScope>;
/** A namespace as rules are asked about it. */
export interface OfNamespace {
  readonly projectId: string | null;
  readonly visibility: string;
  readonly it: Namespace;
}
interface Named {
  readonly path: { readonly namespace_name: string };
}

/** The namespace that a path names, for those who may know of it. */
export async function load({ db, actor }: Own, { path }: Named): Promise<OfNamespace> {
  const it = await findNamespace(db, path.namespace_name);
  if (!it || !(isAdmin(actor) || isSeen(it, actor.projectId)))
    throw notFound(`Metadata definition namespace=${path.namespace_name} was not found.`);
  return { projectId: it.owner, visibility: it.visibility, it };
}

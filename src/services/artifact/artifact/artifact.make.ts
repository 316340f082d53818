import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { ArtifactScope } from "../kit.ts";
import { keepLinks, type Sees } from "../link/link.keeping.ts";
import { requireCount } from "../quota/quota.check.ts";
import type { ArtifactType } from "../type/field.ts";
import { requireChange, requireNoBlob, withField } from "./artifact.field.ts";
import { findSame, insertArtifact, type Scope } from "./artifact.store.ts";
import type { Artifact } from "./artifact.ts";
import { readVersion } from "./version.ts";

type Own = Tx<ArtifactScope>;

/** A draft of a project with the values that somebody gives; throws a sentence for what cannot be. */
export async function makeArtifact(
  tx: Own,
  type: ArtifactType,
  owner: string | undefined,
  values: Readonly<Record<string, unknown>>,
  sees: Sees,
): Promise<Artifact> {
  if (owner === undefined) throw forbidden("It's forbidden to anonymous users to create artifacts.");
  if (!values.name) throw badRequest("Name must be specified at creation.");
  for (const name of ["visibility", "status", "display_type_name"])
    if (name in values) throw badRequest(`${name} is not allowed in a request at creation.`);
  const it = Object.entries(values).reduce(
    (before, [name, value]) => given(type, before, name, value),
    draft(tx, type, owner),
  );
  await requireScope(tx, it);
  await requireCount(tx, owner, type.name);
  await insertArtifact(tx.db, it);
  await keepLinks(tx, type, it, null, sees);
  return it;
}

function given(type: ArtifactType, it: Artifact, name: string, value: unknown): Artifact {
  requireNoBlob(type, name);
  return withField(type, it, name, requireChange(type, it, name), value);
}

function draft({ newId, now }: Own, { name, displayName }: ArtifactType, owner: string): Artifact {
  return {
    id: newId(),
    typeName: name,
    displayTypeName: displayName,
    name: "",
    ...readVersion("0.0.0"),
    owner,
    status: "drafted",
    visibility: "private",
    description: "",
    tags: [],
    fields: {},
    createdAt: now,
    updatedAt: now,
    activatedAt: null,
  };
}

/** One version of a name is there once: for all in public, and in each project beside. */
export async function requireScope(tx: Own, it: Scope & Pick<Artifact, "id">) {
  if (await findSame(tx.db, it, it.id))
    throw conflict("Artifact with this name and version is already exists for this scope.");
}

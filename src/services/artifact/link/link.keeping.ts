import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import { keepArtifacts } from "../artifact/artifact.store.ts";
import type { Artifact } from "../artifact/artifact.ts";
import type { ArtifactScope } from "../kit.ts";
import type { ArtifactType } from "../type/field.ts";
import { deleteLinksTo, listDependents, writeLinks } from "./link.store.ts";
import { type Reference, referencesIn } from "./link.ts";

type Own = Tx<ArtifactScope>;
export type Sees = (it: Artifact) => boolean;

/**
 * Writes down what an artifact depends on, which must be there for who asks; what it referred to before may have gone since.
 * What is public may only depend on what is public and active.
 */
export async function keepLinks(tx: Own, type: ArtifactType, it: Artifact, before: Artifact | null, sees: Sees) {
  const known = new Set(before ? referencesIn(type, before.fields).map(({ link }) => link) : []);
  const references = referencesIn(type, it.fields);
  const targets = await keepArtifacts(
    tx.db,
    references.map(({ id }) => id),
  );
  const targetOf = ({ id, typeName }: Reference) => targets.find((one) => one.id === id && one.typeName === typeName);
  for (const one of references) {
    const target = targetOf(one);
    if (!known.has(one.link)) requireThere(type, one, target, sees);
    if (it.visibility === "public") requirePublic(one, target);
  }
  await writeLinks(
    tx.db,
    it.id,
    references.flatMap((one) => targetOf(one)?.id ?? []),
  );
}

function requireThere({ name }: ArtifactType, { link, field, id }: Reference, it: Artifact | undefined, sees: Sees) {
  if (it && sees(it)) return;
  const why = `Link ${link} is not valid in field ${field}, because artifact with id ${id} doesn't exist`;
  throw badRequest(`Type: ${name}. Field: ${field}. Exception: ${why}`);
}

function requirePublic({ link, field }: Reference, it: Artifact | undefined) {
  if (it?.visibility === "public" && it.status === "active") return;
  throw forbidden(`Cannot change visibility to 'public': ${link} in field '${field}' is not public and active.`);
}

/** Refuses to let an artifact vanish that others depend on; `anyway`: they are left with a link to nothing. */
export async function releaseLinks(tx: Own, { id }: Artifact, anyway: boolean) {
  const dependents = await listDependents(tx.db, id);
  if (dependents.length > 0 && !anyway) {
    const who = dependents.map((it) => `/artifacts/${it.typeName}/${it.id} (${it.name} ${it.version})`);
    throw conflict(`Artifact ${id} cannot be deleted: others depend on it: ${who.join(", ")}.`);
  }
  await deleteLinksTo(tx.db, id);
}

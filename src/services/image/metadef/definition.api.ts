import { conflict, notFound } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { ImageScope } from "../kit.ts";
import { changeDefinition, deleteDefinition, findDefinition, insertDefinition } from "./metadef.store.ts";
import type { Definition, Kind, Namespace } from "./namespace.ts";

type Own = Tx<ImageScope>;

/** The object, property or tag of that name; throws notFound. */
export async function getDefinition({ db }: Own, { id, namespace }: Namespace, kind: Kind, name: string) {
  const it = await findDefinition(db, id, kind, name);
  if (!it) throw notFound(`The metadata definition ${kind} with name=${name} was not found in namespace=${namespace}.`);
  return it;
}

/** Adds one to a namespace; throws conflict if its name is taken. */
export async function insertInto(
  { db, now, newId }: Own,
  namespace: Namespace,
  kind: Kind,
  name: string,
  body: object,
): Promise<Definition> {
  const times = { createdAt: now, updatedAt: now };
  const it = { id: newId(), namespaceId: namespace.id, kind, name, body: { ...body }, ...times };
  if (!(await insertDefinition(db, it))) throw taken(namespace, kind, name);
  return it;
}

function taken({ namespace }: Namespace, kind: Kind, name: string) {
  const word = kind === "tag" ? "metadata tag" : `metadata definition ${kind}`;
  const note = kind === "tag" ? " (Please note that metadata tag names are case insensitive)." : "";
  return conflict(`A ${word} with name=${name} already exists in namespace=${namespace}.${note}`);
}

/** Gives one another name and body; throws conflict if the name is another's. */
export async function rewrite(
  tx: Own,
  namespace: Namespace,
  it: Definition,
  name: string,
  body: object,
): Promise<Definition> {
  const other = await findDefinition(tx.db, namespace.id, it.kind, name);
  if (other && other.id !== it.id) throw taken(namespace, it.kind, name);
  const to = { ...it, name, body: { ...body }, updatedAt: tx.now };
  await changeDefinition(tx.db, it.id, to);
  return to;
}

export async function removeFrom(tx: Own, namespace: Namespace, kind: Kind, name: string) {
  await deleteDefinition(tx.db, (await getDefinition(tx, namespace, kind, name)).id);
}

import { badRequest } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Actor } from "#platform/api/rules.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { Join } from "#platform/store/join.ts";
import type { Condition } from "./artifact/artifact.filter.ts";
import { after, requireComplete } from "./artifact/artifact.life.ts";
import { requireWritable } from "./artifact/artifact.load.ts";
import { makeArtifact } from "./artifact/artifact.make.ts";
import { changeArtifact, listArtifacts, type Seer } from "./artifact/artifact.store.ts";
import type { Artifact } from "./artifact/artifact.ts";
import { readVersion } from "./artifact/version.ts";
import { spaceFor } from "./blob/blob.space.ts";
import { listBlobs } from "./blob/blob.store.ts";
import { type Bytes, emptyBlob } from "./blob/blob.ts";
import { keepBytes } from "./blob/bytes.keeping.ts";
import { deleteExpected, findBytes as findRow, insertExpected } from "./blob/bytes.store.ts";
import { dropBytes } from "./blob/drop-bytes.saga.ts";
import { findSeenBytes, listOffered, type Offered } from "./blob/offered.store.ts";
import type {
  ActiveArtifact,
  ArtifactBlob,
  ArtifactBytes,
  ArtifactPlace,
  Artifacts,
  NewArtifact,
  WhichArtifacts,
} from "./index.ts";
import { type ArtifactScope, joined } from "./kit.ts";
import type { ArtifactType } from "./type/field.ts";
import { isBlob, isFolder, typeNamed } from "./type/types.ts";

/** The answers to what neighbours ask. */
export const artifactOffer: Artifacts = { listActive, findBytes, create, expectBytes, forgetBytes };

const newestFirst = {
  sort: [
    { column: "name", way: "asc" },
    { column: "versionKey", way: "desc" },
    { column: "id", way: "asc" },
  ],
} as const;

function seerOf(actor: Actor | null): Seer {
  return { projectId: actor?.projectId, seesAll: actor === null || actor.roles.includes("admin") };
}

async function listActive(join: Join, actor: Actor | null, which: WhichArtifacts): Promise<ActiveArtifact[]> {
  const { db } = joined(join);
  const { typeName, name, version } = which;
  const all = [is("status", "active")];
  if (name !== undefined) all.push(is("name", name));
  if (version !== undefined) all.push(is("version", readVersion(version).version));
  const filter = { all, some: [], latest: false };
  const found = await listArtifacts(
    db,
    { seer: seerOf(actor), filter, ...(typeName && { typeName }) },
    { order: newestFirst },
  );
  const blobs = await listOffered(
    db,
    found.map(({ id }) => id),
  );
  return found.map((it) => offered(it, blobs));
}

function is(column: string, value: string): Condition {
  return { on: "column", column, op: "eq", values: [value] };
}

function offered(it: Artifact, blobs: readonly Offered[]): ActiveArtifact {
  const { id, typeName, name, version, owner, visibility, description, tags, fields } = it;
  const own = blobs.filter(({ artifactId }) => artifactId === id).map(offeredBlob);
  return {
    ...{ id, typeName, name, version, owner, visibility, description, tags, fields },
    activatedAt: it.activatedAt!,
    blobs: own,
  };
}

function offeredBlob({ field, entry, contentType, ...bytes }: Offered): ArtifactBlob {
  return { field, entry: entry || null, contentType: contentType ?? "application/octet-stream", ...described(bytes) };
}

function described({ store, key, size, md5, sha1, sha256, sha512 }: Bytes): ArtifactBytes {
  return { store, key, sizeBytes: size, md5, sha1, sha256, sha512 };
}

async function findBytes(join: Join, actor: Actor | null, sha256: string): Promise<ArtifactBytes | undefined> {
  const found = await findSeenBytes(joined(join).db, seerOf(actor), sha256);
  return found && described(found);
}

async function create(join: Join, actor: Actor, asked: NewArtifact): Promise<string> {
  const tx = joined(join);
  const type = typeNamed(asked.typeName);
  requireWritable(type);
  const { name, version, description = "", tags = [], fields = {}, blobs } = asked;
  const { seesAll } = seerOf(actor);
  const sees = (one: Artifact) => seesAll || one.visibility === "public" || one.owner === actor.projectId;
  const values = { ...fields, name, version, description, tags: [...tags] };
  const it = await makeArtifact(tx, type, actor.projectId, values, sees);
  for (const one of blobs) await keep(tx, type, it, one);
  requireComplete(type, it, await listBlobs(tx.db, [it.id]));
  const { status, activatedAt } = after(it, "activate", tx.now);
  await changeArtifact(tx.db, it.id, { status, activatedAt });
  return it.id;
}

async function keep(tx: Tx<ArtifactScope>, type: ArtifactType, artifact: Artifact, it: ArtifactBlob) {
  const { field: name, entry, contentType, store, key, ...stored } = it;
  const field = own(type.fields, name);
  if (!field || !(entry === null ? isBlob(field) : isFolder(field))) throw badRequest(`${name} is not a blob`);
  const slot = { artifactId: artifact.id, field: name, entry: entry ?? "" };
  await spaceFor(tx, { field, slot, artifact }, undefined, stored.sizeBytes);
  await keepBytes(tx, { ...emptyBlob(slot), contentType }, { store, key }, stored);
}

async function expectBytes(join: Join, at: ArtifactPlace) {
  await insertExpected(joined(join).db, at, join.now);
}

async function forgetBytes(join: Join, { store, key }: ArtifactPlace) {
  const tx = joined(join);
  await deleteExpected(tx.db, { store, key });
  if (!(await findRow(tx.db, { store, key }))) await tx.start(dropBytes, key, { store, key });
}

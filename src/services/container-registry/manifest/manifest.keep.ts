import { holdLinks } from "../blob/blob.store.ts";
import { refusal } from "../error.ts";
import type { Transaction } from "../kit.ts";
import { requireRoom } from "../quota.ts";
import { type Digest, spelled } from "../repository/digest.ts";
import type { Repository } from "../repository/repository.ts";
import { isEmptyBlob } from "../shown/shown.ts";
import { keepTag } from "../tag/tag.store.ts";
import { holdManifests, keepManifest, keepReferences } from "./manifest.store.ts";
import { blobsOf, type Said } from "./manifest.ts";

export interface Pushed {
  readonly content: Buffer;
  readonly digest: string;
  readonly said: Said;
  readonly tags: readonly string[];
  /** What it speaks of that is shown in the repository, and so need not be its own. */
  readonly shown?: readonly Digest[];
}

/** Keeps a manifest with its tags. All that it speaks of must be there, and stays from now on. */
export async function keep(
  tx: Transaction,
  it: Repository,
  { content, digest, said, tags, shown }: Pushed,
): Promise<void> {
  const { projectId, repository } = it;
  await requireRoom(tx, projectId, content.length);
  const keys = await requireBlobs(tx, it, said, shown);
  await requireManifests(tx, it, said);
  const { mediaType, artifactType, subject, annotations } = said;
  const row = { projectId, repository, digest, mediaType, artifactType, subject, annotations };
  await keepManifest(tx.db, { ...row, content, createdAt: tx.now });
  await keepReferences(tx.db, it, digest, keys);
  for (const name of tags) await keepTag(tx.db, { projectId, repository, name, digest, updatedAt: tx.now });
}

export async function requireBlobs(
  tx: Pick<Transaction, "db">,
  it: Repository,
  said: Said,
  shown: readonly Digest[] = [],
): Promise<string[]> {
  const wanted = blobsOf(said).flatMap(({ digest }) => (isEmptyBlob(digest) ? [] : [digest]));
  const there = await holdLinks(tx.db, it, wanted);
  const missing = wanted.find(
    ({ algorithm, hex }) => !there.some((one) => one[algorithm] === hex) && !shown.some((one) => one.hex === hex),
  );
  if (missing) throw missingFrom(it, missing);
  return [...new Set(there.map(({ key }) => key))];
}

async function requireManifests(tx: Transaction, it: Repository, { manifests }: Said) {
  const wanted = manifests.map(({ digest }) => digest);
  const there = await holdManifests(tx.db, it, wanted.map(spelled));
  const missing = wanted.find((one) => !there.includes(spelled(one)));
  if (missing) throw missingFrom(it, missing);
}

export function missingFrom({ name }: Repository, digest: Digest) {
  return refusal("MANIFEST_BLOB_UNKNOWN", `The manifest speaks of ${spelled(digest)}, which is not in ${name}.`);
}

import type { Tx } from "#platform/service/kit.ts";
import type { Place, Stored } from "../driver.ts";
import type { ArtifactScope } from "../kit.ts";
import { deleteBlob, listBlobs, putBlob } from "./blob.store.ts";
import { type Blob, noUpload } from "./blob.ts";
import { deleteExpected, deleteIfUnused, keepRow, lockBytes } from "./bytes.store.ts";
import { dropBytes } from "./drop-bytes.saga.ts";

type Own = Tx<ArtifactScope>;

/**
 * Says that a blob's bytes are in a store. If the same bytes are there already the blob gets those, and its own ones are dropped:
 * identical data is stored once. What the blob held before is let go.
 */
export async function keepBytes(tx: Own, blob: Blob, { store, key }: Place, { sizeBytes: size, ...hashes }: Stored) {
  const { md5, sha1, sha256 } = hashes;
  const before = blob.store && blob.key ? await lockBytes(tx.db, [{ store: blob.store, key: blob.key }]) : [];
  const row = await keepRow(tx.db, { store, key, size, ...hashes, createdAt: tx.now });
  await putBlob(tx.db, { ...blob, ...noUpload, url: null, size, md5, sha1, sha256, store, key: row.key });
  await deleteExpected(tx.db, { store, key });
  if (row.key !== key) await tx.start(dropBytes, blob.artifactId, { store, key });
  await dropUnused(tx, blob.artifactId, before);
}

/** An artifact's blobs are no more: bytes that no other blob has are dropped, also those that are coming in. */
export async function letGo(tx: Own, artifactId: string) {
  const blobs = await listBlobs(tx.db, [artifactId]);
  const coming = blobs.flatMap(({ uploadStore: store, uploadKey: key }) => (store && key ? [{ store, key }] : []));
  const places = blobs.flatMap(({ store, key }) => (store && key ? [{ store, key }] : []));
  const held = places.length > 0 ? await lockBytes(tx.db, places) : [];
  for (const blob of blobs) await deleteBlob(tx.db, blob);
  for (const at of coming) await tx.start(dropBytes, artifactId, at);
  await dropUnused(tx, artifactId, held);
}

async function dropUnused(tx: Own, artifactId: string, places: readonly Place[]) {
  for (const { store, key } of places)
    if (await deleteIfUnused(tx.db, { store, key })) await tx.start(dropBytes, artifactId, { store, key });
}

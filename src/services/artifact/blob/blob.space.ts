import { tooLarge } from "#platform/api/errors.ts";
import type { Tx } from "#platform/service/kit.ts";
import type { ArtifactScope } from "../kit.ts";
import { roomFor } from "../quota/quota.check.ts";
import { isFolder } from "../type/types.ts";
import type { OfBlob } from "./blob.load.ts";
import { listBlobs } from "./blob.store.ts";
import { type Blob, blobName } from "./blob.ts";

/** How many bytes may come into a blob: as many as are announced, or all that its field and the quotas leave; throws 413. */
export async function spaceFor(
  tx: Tx<ArtifactScope>,
  { field, slot, artifact }: Pick<OfBlob, "field" | "slot" | "artifact">,
  before: Blob | undefined,
  announced: number | undefined,
): Promise<number> {
  const inField = isFolder(field) ? field.maxFolderBytes - (await sizeOfFolder(tx, slot, before)) : field.maxBlobBytes;
  const most = Math.min(field.maxBlobBytes, inField);
  if ((announced ?? 0) > most)
    throw tooLarge(
      `Can't upload ${announced} bytes of data to blob ${blobName(slot)}. Its max allowed size is ${most}`,
    );
  return Math.min(most, await roomFor(tx, artifact.owner, artifact.typeName, announced));
}

async function sizeOfFolder({ db }: Tx<ArtifactScope>, { artifactId, field }: OfBlob["slot"], but: Blob | undefined) {
  const blobs = (await listBlobs(db, [artifactId])).filter((it) => it.field === field && it.entry !== but?.entry);
  return blobs.reduce((sum, { size, uploadSize }) => sum + Math.max(size ?? 0, uploadSize ?? 0), 0);
}

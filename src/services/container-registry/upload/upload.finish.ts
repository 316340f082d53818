import { keepBlob, keepLink } from "../blob/blob.store.ts";
import { dropBytes } from "../blob/drop-bytes.saga.ts";
import { refusal } from "../error.ts";
import type { Own } from "../kit.ts";
import { requireRoom } from "../quota.ts";
import { type Digest, spelled } from "../repository/digest.ts";
import { giveUp, type Held, unknownUpload } from "./upload.receive.ts";
import { endHeld } from "./upload.store.ts";

/** What has come is a blob of the repository from now on, if it is what its digest says. */
export async function finish(world: Own, it: Held, digest: Digest): Promise<void> {
  try {
    const sealed = await world.driver.seal(it.id, it.size, { sha512: digest.algorithm === "sha512" });
    if (sealed[digest.algorithm] !== digest.hex)
      throw refusal("DIGEST_INVALID", `What was uploaded is not ${spelled(digest)}.`);
    if (!(await keep(world, it, { sha512: null, ...sealed }))) throw unknownUpload(it.id);
  } catch (why) {
    await giveUp(world, it);
    throw why;
  }
}

interface Found {
  readonly size: number;
  readonly sha256: string;
  readonly sha512: string | null;
}

/** The same bytes are kept once: where they are there already, these go. */
function keep(world: Own, { id, holder, ...place }: Held, found: Found): Promise<boolean> {
  return world.write(async (tx) => {
    if (!(await endHeld(tx.db, id, holder))) return false;
    await requireRoom(tx, place.projectId, found.size);
    const { sha256, sha512, size } = found;
    const blob = await keepBlob(tx.db, { key: id, sha256, sha512, size, createdAt: tx.now });
    await keepLink(tx.db, place, blob.key, tx.now);
    if (blob.key !== id) await tx.start(dropBytes, id);
    return true;
  });
}

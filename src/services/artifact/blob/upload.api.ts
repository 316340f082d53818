import type { Readable } from "node:stream";
import { badRequest, conflict, tooLarge } from "#platform/api/errors.ts";
import { Refused } from "#platform/service/driver.ts";
import { type Ctx, type Reply, reply, type Tx, type World } from "#platform/service/kit.ts";
import { requireChange } from "../artifact/artifact.field.ts";
import { absent } from "../artifact/artifact.load.ts";
import { look } from "../artifact/artifact.look.ts";
import { changeArtifact, findArtifact, lockArtifact } from "../artifact/artifact.store.ts";
import type { Artifact } from "../artifact/artifact.ts";
import { type Place, type Stored, TooLarge } from "../driver.ts";
import { type ArtifactScope, stream } from "../kit.ts";
import { rule } from "../rules.ts";
import { loadBlobToChange, type NamedBlob, type OfBlob } from "./blob.load.ts";
import { spaceFor } from "./blob.space.ts";
import { endUpload, findBlob, lockUpload, putBlob, touchUpload } from "./blob.store.ts";
import { emptyBlob, isSaving } from "./blob.ts";
import { keepBytes } from "./bytes.keeping.ts";
import { locate, locationType } from "./location.write.ts";

const on = "/artifacts/{type_name}/{artifact_id}/{blob_name}";

/** https://docs.openstack.org/glare/latest/ (upload a blob; a path below names one of a dictionary of blobs) */
export const uploadRoutes = [on, `${on}/*`].map((path) =>
  stream<string, OfBlob>({
    on: `PUT ${path}`,
    rule: rule.upload,
    of: (ctx, input) => loadBlobToChange(ctx, input as NamedBlob),
    stream: receive,
  }),
);

type Own = World<ArtifactScope>;
/** What a client says of bytes that come. */
interface Said {
  readonly contentType: string;
  readonly announced: number | undefined;
}
interface Coming {
  readonly bytes: Readable;
  readonly ctx: Ctx<ArtifactScope>;
}

async function receive(world: Own, of: OfBlob, { bytes, ctx }: Coming): Promise<Reply> {
  const type = ctx.headers["content-type"];
  if (!type) throw badRequest("Content-Type must be specified.");
  await (type.startsWith(locationType) ? locate(world, ctx, of, bytes) : upload(world, ctx, of, bytes, type));
  const it = await findArtifact(world.db, of.artifact.id);
  if (!it) throw absent(of.artifact.id);
  return reply(await look(world.db, of.type, it));
}

async function upload(world: Own, ctx: Ctx<ArtifactScope>, of: OfBlob, bytes: Readable, contentType: string) {
  const at = { store: world.driver.defaultStore, key: ctx.newId() };
  const coming = { contentType, announced: announced(ctx) };
  const limitBytes = await world.write((tx) => take(tx, of, at, coming));
  try {
    const stored = await world.driver.put(at, bytes, { limitBytes, ...signOfLife(world, of, at) });
    await keep(world, of, at, stored);
  } catch (why) {
    bytes.resume();
    throw (await world.write((tx) => endUpload(tx.db, at.key))) ? refusal(why) : absent(of.artifact.id);
  }
}

/** The blob is this upload's, with room for so many bytes. */
async function take(tx: Tx<ArtifactScope>, of: OfBlob, { store, key }: Place, coming: Said): Promise<number> {
  const it = await lockArtifact(tx.db, of.artifact.id);
  if (!it) throw absent(of.artifact.id);
  const before = await findBlob(tx.db, of.slot);
  if (before && isSaving(before))
    throw conflict(`Blob ${of.slot.field} already exists for artifact and itis in saving ${it.id}`);
  requireChange(of.type, it, of.slot.field);
  const size = await spaceFor(tx, of, before, coming.announced);
  const upload = { uploadStore: store, uploadKey: key, uploadAt: tx.now, uploadSize: size };
  await putBlob(tx.db, { ...(before ?? emptyBlob(of.slot)), contentType: coming.contentType, ...upload });
  await touch(tx, it);
  return size;
}

function announced({ headers }: Ctx<ArtifactScope>): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** Says again and again that the upload goes on, and ends it when the blob was taken from it. */
function signOfLife(world: Own, { artifact }: OfBlob, { key }: Place) {
  let gone = false;
  return {
    async beat() {
      gone = !(await world.write((tx) => touchUpload(tx.db, key, tx.now)));
    },
    look() {
      if (gone) throw absent(artifact.id);
    },
  };
}

/** The bytes are the blob's from now on; if it was taken from this upload meanwhile they are dropped. */
async function keep(world: Own, { artifact }: OfBlob, at: Place, stored: Stored) {
  const won = await world.write(async (tx) => {
    const it = await lockArtifact(tx.db, artifact.id);
    const blob = it && (await lockUpload(tx.db, at.key));
    if (!it || !blob) return false;
    await keepBytes(tx, blob, at, stored);
    await touch(tx, it);
    return true;
  });
  if (won) return;
  await world.driver.delete(at);
  throw absent(artifact.id);
}

function touch({ db, now }: Tx<ArtifactScope>, { id }: Artifact) {
  return changeArtifact(db, id, { updatedAt: now });
}

function refusal(why: unknown): unknown {
  if (why instanceof TooLarge)
    return tooLarge(
      "The server is refusing to process a request because the request entity is larger than the server is willing or able to process.",
    );
  return why instanceof Refused ? tooLarge(why.message) : why;
}

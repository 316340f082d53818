import { conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { Gone } from "#platform/service/driver.ts";
import { type Ctx, type Reply, reply, type World } from "#platform/service/kit.ts";
import { requireMay } from "../artifact/artifact.load.ts";
import { look } from "../artifact/artifact.look.ts";
import { changeArtifact, lockArtifact } from "../artifact/artifact.store.ts";
import { type ArtifactScope, route, stream } from "../kit.ts";
import { rule } from "../rules.ts";
import { loadBlob, loadBlobToChange, type NamedBlob, type OfBlob } from "./blob.load.ts";
import { deleteBlob, findBlob } from "./blob.store.ts";
import { type Blob, blobName, isSaving, type Slot } from "./blob.ts";

const on = "/artifacts/{type_name}/{artifact_id}/{blob_name}";
const paths = [on, `${on}/*`];

/** https://docs.openstack.org/glare/latest/ (blobs; every version knows all of it, as with Glare) */
export const blobRoutes = [
  ...paths.map((path) =>
    stream<string, OfBlob>({
      on: `GET ${path}`,
      rule: rule.download,
      of: (ctx, input) => loadBlob(ctx, input as NamedBlob),
      stream: download,
    }),
  ),
  ...paths.map((path) =>
    route<string, OfBlob>({
      on: `DELETE ${path}`,
      rule: rule.delete_blob,
      of: (ctx, input) => loadBlobToChange(ctx, input as NamedBlob),
      run: remove,
    }),
  ),
];

type Own = Ctx<ArtifactScope>;

async function download({ db, driver }: World<ArtifactScope>, of: OfBlob, { ctx }: { ctx: Own }): Promise<Reply> {
  if (of.status === "deactivated") requireMay(ctx, rule.download_deactivated, of);
  const blob = await findBlob(db, of.slot);
  if (!blob) throw notFound(`No data found for blob ${blobName(of.slot)}`);
  if (isSaving(blob)) throw conflict(`${blobName(of.slot)} is not ready for download`);
  const headers = { ...checksums(blob), "x-content-type-options": "nosniff" };
  if (blob.url) return reply(undefined, { status: 301, headers: { ...headers, location: blob.url } });
  const bytes = await driver.open({ store: blob.store!, key: blob.key! }).catch(noData(of.slot));
  return reply(bytes, { headers: { ...headers, ...described(blob) } });
}

function checksums({ md5, sha1, sha256 }: Blob): Record<string, string> {
  return {
    ...(md5 && { "content-md5": md5 }),
    ...(sha1 && { "x-openstack-glare-content-sha1": sha1 }),
    ...(sha256 && { "x-openstack-glare-content-sha256": sha256 }),
  };
}

/** What users bring is kept as it is, and no browser is to show it as if it were this cloud's. */
function described({ contentType, size, field, entry }: Blob): Record<string, string> {
  const name = encodeURIComponent(entry.split("/").at(-1) || field);
  return {
    "content-type": contentType ?? "application/octet-stream",
    "content-length": String(size),
    "content-disposition": `attachment; filename*=UTF-8''${name}`,
  };
}

function noData(slot: Slot) {
  return (why: unknown): never => {
    throw why instanceof Gone ? notFound(`No data found for blob ${blobName(slot)}`) : why;
  };
}

/** Only a location outside can be taken away; bytes go with their artifact. */
async function remove(ctx: Own, { artifact, slot, type }: OfBlob) {
  const it = (await lockArtifact(ctx.db, artifact.id)) ?? artifact;
  const blob = await findBlob(ctx.db, slot);
  if (!blob) throw notFound(`Blob ${blobName(slot)} wasn't found for artifact`);
  if (!blob.url) throw forbidden(`Blob ${blobName(slot)} is not external`);
  await deleteBlob(ctx.db, slot);
  await changeArtifact(ctx.db, it.id, { updatedAt: ctx.now });
  return look(ctx.db, type, { ...it, updatedAt: ctx.now });
}

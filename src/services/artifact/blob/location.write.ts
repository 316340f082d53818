import type { Readable } from "node:stream";
import { badRequest, conflict, forbidden, tooLarge } from "#platform/api/errors.ts";
import type { Ctx, World } from "#platform/service/kit.ts";
import { requireChange } from "../artifact/artifact.field.ts";
import { absent, requireMay } from "../artifact/artifact.load.ts";
import { changeArtifact, lockArtifact } from "../artifact/artifact.store.ts";
import type { ArtifactScope } from "../kit.ts";
import { rule } from "../rules.ts";
import type { OfBlob } from "./blob.load.ts";
import { findBlob, putBlob } from "./blob.store.ts";
import { noUpload } from "./blob.ts";

/** The content type of a body that says where a blob's bytes are, in their stead. */
export const locationType = "application/vnd+openstack.glare-custom-location+json";
const largest = 64 * 1024;
const restricted = ["file", "filesystem", "swift+config", "sql"];

interface Location {
  readonly url: string;
  readonly md5: string | null;
  readonly sha1: string | null;
  readonly sha256: string | null;
}

/** The blob's bytes are outside: nobody here ever asks for them, its users are sent there. */
export async function locate(world: World<ArtifactScope>, ctx: Ctx<ArtifactScope>, of: OfBlob, bytes: Readable) {
  const location = readLocation(ctx, of, await readBody(bytes));
  await world.write(async (tx) => {
    const it = await lockArtifact(tx.db, of.artifact.id);
    if (!it) throw absent(of.artifact.id);
    if (await findBlob(tx.db, of.slot)) throw conflict(`Blob ${of.slot.field} already exists for artifact ${it.id}`);
    requireChange(of.type, it, of.slot.field);
    const nothing = { contentType: null, size: null, store: null, key: null, ...noUpload };
    await putBlob(tx.db, { ...of.slot, ...nothing, ...location });
    await changeArtifact(tx.db, it.id, { updatedAt: tx.now });
  });
}

async function readBody(bytes: Readable): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw tooLarge("Request is too large.");
    parts.push(part);
  }
  try {
    const it: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
    if (typeof it === "object" && it !== null && !Array.isArray(it)) return it as Record<string, unknown>;
  } catch {}
  throw badRequest("cannot understand JSON");
}

function readLocation(ctx: Ctx<ArtifactScope>, of: OfBlob, it: Record<string, unknown>): Location {
  const { url, location_type: kind = "external" } = it;
  if (typeof url !== "string")
    throw badRequest(
      `url is required when specifying external location. Cannot find 'url' in request body: ${JSON.stringify(it).slice(0, 200)}`,
    );
  if (kind !== "external" && kind !== "internal")
    throw badRequest(`Incorrect location type '${String(kind)}'. It must be one of the following external, internal`);
  if (kind === "internal") return refuseInternal(ctx, of, url);
  requireMay(ctx, rule.set_location, of);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || url.length > 2048)
    throw badRequest(`Url '${url}' doesn't have http(s) scheme`);
  if (typeof it.md5 !== "string")
    throw badRequest("Incorrect blob metadata. MD5 must be specified for external location in artifact blob.");
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return { url: new URL(url).href, md5: it.md5, sha1: text(it.sha1), sha256: text(it.sha256) };
}

/** There is no store whose places users could name. */
function refuseInternal(ctx: Ctx<ArtifactScope>, of: OfBlob, url: string): never {
  requireMay(ctx, rule.set_internal_location, of);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? "";
  if (restricted.includes(scheme)) throw forbidden(`Forbidden to set internal locations with scheme '${scheme}'`);
  throw badRequest(`Unknown scheme '${scheme}'`);
}

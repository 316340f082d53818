import { isDeepStrictEqual } from "node:util";
import { Type } from "typebox";
import { ApiError, badRequest, conflict } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { isUploading, listBlobs } from "../blob/blob.store.ts";
import type { Blob } from "../blob/blob.ts";
import { type ArtifactScope, route } from "../kit.ts";
import { keepLinks } from "../link/link.keeping.ts";
import { rule } from "../rules.ts";
import type { ArtifactType } from "../type/field.ts";
import { requireChange, requireNoBlob, withField } from "./artifact.field.ts";
import { after, toStatus, toVisibility, type Verb } from "./artifact.life.ts";
import { hold, type OfArtifact, requireMay, seenBy } from "./artifact.load.ts";
import { look } from "./artifact.look.ts";
import { requireScope } from "./artifact.make.ts";
import { applied, type Operation, readOperations } from "./artifact.patch.ts";
import { changeArtifact } from "./artifact.store.ts";
import type { Artifact } from "./artifact.ts";
import { shown } from "./artifact.view.ts";

const patchType = "application/json-patch+json";

/** https://docs.openstack.org/glare/latest/ (update an artifact) */
export const updateRoutes = [
  route({
    on: "PATCH /artifacts/{type_name}/{artifact_id}",
    rule: rule.update,
    body: shapes<unknown>({ "1.0": Type.Unknown() }),
    accepts: [patchType],
    of: hold,
    run: update,
  }),
];

type Own = Ctx<ArtifactScope>;
/** An artifact while a patch is applied to it. */
interface Changing {
  readonly it: Artifact;
  /** As its users know it. */
  readonly doc: Record<string, unknown>;
}

async function update(ctx: Own, of: OfArtifact, { body }: { body: unknown }) {
  requirePatch(ctx);
  const { artifact: before, type } = of;
  const blobs = await listBlobs(ctx.db, [before.id]);
  let now: Changing = { it: before, doc: shown(before, type, blobs) };
  for (const one of readOperations(body)) now = change(ctx, of, now, one, blobs);
  const it = { ...now.it, updatedAt: ctx.now };
  if (isDeepStrictEqual(now.it, before)) return shown(before, type, blobs);
  await requireFit(ctx, before, it);
  await keepLinks(ctx, type, it, before, seenBy(ctx));
  const { id, typeName: _type, owner: _owner, ...to } = it;
  await changeArtifact(ctx.db, id, to);
  return look(ctx.db, type, it);
}

function requirePatch({ headers }: Own) {
  const type = headers["content-type"]?.split(";")[0]?.trim();
  if (type === undefined) throw badRequest("Content-Type must be specified.");
  if (type !== patchType) throw new ApiError(415, `Invalid content type: ${type}. Expected: ${patchType}`);
}

/** One operation: what it makes of the document is what the artifact's field becomes, if it may. */
function change(ctx: Own, of: OfArtifact, { it, doc }: Changing, op: Operation, blobs: readonly Blob[]): Changing {
  const { type } = of;
  const [name = "", ...rest] = op.path;
  const to = applied(doc, op);
  for (const field of touched(op)) requireNoBlob(type, field);
  if (op.op === "remove" && rest.length === 0) throw badRequest(`Cannot remove field '${name}' from artifact.`);
  if (op.op === "test") return { it, doc: to };
  if (name === "status" || name === "visibility") {
    const verb = name === "status" ? toStatus(type, it, to.status, blobs) : toVisibility(it, to.visibility);
    return { it: verb ? moved(ctx, of, it, verb) : it, doc: to };
  }
  const changed = touched(op).reduce((one, field) => valued(type, one, field, to[field]), it);
  return { it: changed, doc: to };
}

function touched({ op, path, from }: Operation): string[] {
  return op === "move" && from[0] !== path[0] ? [from[0]!, path[0]!] : [path[0]!];
}

function moved(ctx: Own, of: OfArtifact, it: Artifact, verb: Verb): Artifact {
  requireMay(ctx, rule[verb], { ...of, status: it.status, visibility: it.visibility });
  return after(it, verb, ctx.now);
}

function valued(type: ArtifactType, it: Artifact, name: string, value: unknown): Artifact {
  return withField(type, it, name, requireChange(type, it, name), value);
}

async function requireFit(ctx: Own, before: Artifact, it: Artifact) {
  const isElsewhere = (["name", "version", "visibility"] as const).some((key) => it[key] !== before[key]);
  if (isElsewhere) await requireScope(ctx, it);
  if (it.status !== before.status && (await isUploading(ctx.db, it.id)))
    throw conflict("You cannot change artifact status if it has uploading blobs.");
}

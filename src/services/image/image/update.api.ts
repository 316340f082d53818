import { Type } from "typebox";
import { ApiError, conflict, forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import type { ImageDriver } from "../driver.ts";
import { asking, type ImageScope } from "../kit.ts";
import { relocate } from "../location/location.change.ts";
import { type Judged, judgeUrls } from "../location/location.judge.ts";
import { mayProperty, requireProperty } from "../property/property.guard.ts";
import { rule } from "../rules.ts";
import { showingOf } from "../settings.ts";
import { isAttribute } from "./image.attributes.ts";
import { holdAgain, load, type OfImage } from "./image.load.ts";
import { look } from "./image.look.ts";
import { requireMayShow } from "./image.make.ts";
import { applied, type Change, patchTypes, readChanges } from "./image.patch.ts";
import { changeImage } from "./image.store.ts";
import type { Image } from "./image.ts";

const patch = shapes<unknown[]>({ "2.16": Type.Array(Type.Unknown()) });

/** https://docs.openstack.org/api-ref/image/v2/index.html#update-image */
export const updateRoutes = [
  asking({
    on: "PATCH /images/{image_id}",
    rule: rule.modify_image,
    body: patch,
    accepts: patchTypes,
    of: loadWithLocations,
    call: outside,
    run: update,
  }),
];

type Own = Ctx<ImageScope>;

interface Updated extends OfImage {
  /** Whether its locations may change. */
  readonly moves: boolean;
}

async function loadWithLocations(ctx: Own, input: { path: { image_id: string } }): Promise<Updated> {
  return { ...(await load(ctx, input)), moves: showingOf(ctx.settings).locations };
}

/** What the driver says of the URLs among the changes: none is asked for where locations may not change. */
function outside(driver: ImageDriver, { moves }: Updated, { body }: { body: unknown[] }): Promise<Judged> {
  return judgeUrls(driver, moves ? body.filter(isMove) : []);
}

function isMove(change: unknown): boolean {
  const { path, add, replace } = (change ?? {}) as Readonly<Record<string, unknown>>;
  return [path, add, replace].some((one) => typeof one === "string" && one.startsWith("/locations"));
}

async function update(ctx: Own, before: OfImage, { body }: { body: unknown[] }, judged: Judged) {
  const type = ctx.headers["content-type"] ?? "";
  if (!patchTypes.some((one) => type.startsWith(one)))
    throw new ApiError(415, `Image PATCH expects Content-Type one of: ${patchTypes.join(", ")}`, {
      headers: { "accept-patch": patchTypes.join(", ") },
    });
  const of = await holdAgain(ctx, before, rule.modify_image);
  const { image } = of;
  const changes = readChanges(body, type);
  const moves = changes.filter(({ key }) => key === "locations");
  const to = applied(
    image,
    changes.filter(({ key }) => key !== "locations"),
  );
  requireMayChange(ctx, image, to);
  requireProperties(ctx, image, changes);
  const moved = moves.length ? await relocate(ctx, of, { ...image, ...to }, moves, judged) : {};
  const all = { ...to, ...moved, ...(changes.length && { updatedAt: ctx.now }) };
  if (changes.length) await changeImage(ctx.db, image.id, all);
  return look(ctx, { ...image, ...all });
}

/** A property that who asks may not read is not there for them. */
function requireProperties(ctx: Own, { properties }: Image, changes: readonly Change[]) {
  for (const { verb, key } of changes) {
    if (isAttribute(key) || key === "locations") continue;
    const isThere = Object.hasOwn(properties, key) && mayProperty(ctx, key, "read");
    if (verb !== "add" && !isThere) throw conflict(`Property ${key} does not exist.`);
    requireProperty(ctx, key, verb === "remove" ? "delete" : isThere ? "update" : "create");
  }
}

function requireMayChange(ctx: Own, image: Image, to: Partial<Image>) {
  const after = { ...image, ...to };
  if (after.owner !== image.owner && !isAdmin(ctx.actor)) throw forbidden("Owner can't be updated by non admin.");
  if (after.visibility !== image.visibility) requireMayShow(ctx, after);
  if (image.status === "queued") return;
  if (after.containerFormat !== image.containerFormat)
    throw forbidden("Attribute container_format can be only replaced for a queued image.");
  if (after.diskFormat !== image.diskFormat)
    throw forbidden("Attribute disk_format can be only replaced for a queued image.");
}

import { Type } from "typebox";
import { badRequest, conflict, forbidden } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import { Refused } from "#platform/service/driver.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { ImageDriver } from "../driver.ts";
import { holdAgain, load, type OfImage } from "../image/image.load.ts";
import { whereIs } from "../image/image.look.ts";
import { changeImage } from "../image/image.store.ts";
import { shownLocations } from "../image/image.view.ts";
import { keepTask } from "../import/import.start.ts";
import { asking, type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { requireFit } from "../schema/fits.ts";
import { addLocation } from "./add-location.saga.ts";
import { newLocationSchema } from "./location.schema.ts";
import { type Proof, requireHash } from "./proof.ts";

const on = "/images/{image_id}/locations";
const body = shapes<Record<string, unknown>>({ "2.16": Type.Object({}, { additionalProperties: true }) });

/** https://docs.openstack.org/api-ref/image/v2/index.html#add-location */
export const locationRoutes = [
  route({ on: `GET ${on}`, rule: rule.fetch_image_location, of: load, run: list }),
  asking({
    on: `POST ${on}`,
    rule: rule.add_image_location,
    body,
    status: { "2.16": 202 },
    of: load,
    call: judge,
    run: add,
  }),
];

type Own = Ctx<ImageScope>;
interface Asked {
  readonly body: Record<string, unknown>;
}

async function list(ctx: Own, { image }: OfImage) {
  return shownLocations(await whereIs(ctx, image.id));
}

/** Why the URL may not be asked for; null: it may. */
async function judge({ web }: ImageDriver, _: object, { body }: Asked): Promise<string | null> {
  try {
    if (typeof body.url === "string") web?.judge(body.url);
    return null;
  } catch (why) {
    if (why instanceof Refused) return why.message;
    throw why;
  }
}

/** The bytes are read once, where they are, to know them; the image can be used when that is done. */
async function add(ctx: Own, before: OfImage, { body }: Asked, refused: string | null) {
  requireFit(newLocationSchema, body);
  const { url, validation_data } = body as { url: string; validation_data?: Proof | null };
  const proof = validation_data ?? {};
  const { image } = await holdAgain(ctx, before, rule.add_image_location);
  if (image.status !== "queued")
    throw conflict(`It's not allowed to add locations if image status is ${image.status}.`);
  if (!/^https?:/i.test(url) && !ctx.actor.roles.includes("service"))
    throw forbidden("http store must be enabled to use location API by normal user.");
  if (refused) throw badRequest(refused);
  requireHash(proof);
  if (image.taskId) throw conflict("Image has active task");
  const input = { image_id: image.id, loc_url: url, validation_data: proof };
  const task = await keepTask(ctx, image.id, input, "location_import");
  await changeImage(ctx.db, image.id, { status: "importing", taskId: task, updatedAt: ctx.now });
  await ctx.start(addLocation, image.id, { task, url, proof });
}

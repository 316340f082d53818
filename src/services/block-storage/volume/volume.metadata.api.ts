import { notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { action, type Context, route } from "../kit.ts";
import { requireSameKey } from "../metadata.ts";
import { loadVolume as of } from "./volume.api.ts";
import { imageMetadataRules, volumeRules as rule } from "./volume.rules.ts";
import { dropImageMetadataBody, empty, imageMetadataBody, metaBody, metadataBody } from "./volume.schema.ts";
import { changeVolume } from "./volume.store.ts";
import type { Metadata, Volume } from "./volume.ts";

const body = metadataBody;
const all = "/volumes/{id}/metadata";
const single = "/volumes/{id}/metadata/{key}";
const on = "POST /volumes/{id}/action";
const image = imageMetadataRules;

export const volumeMetadataRoutes = [
  route({ on: `GET ${all}`, rule: rule.get_volume_metadata, of, run: show }),
  route({ on: `POST ${all}`, rule: rule.create_volume_metadata, body, of, run: add }),
  route({ on: `PUT ${all}`, rule: rule.update_volume_metadata, body, of, run: replace }),
  route({ on: `GET ${single}`, rule: rule.get_volume_metadata, of, run: showOne }),
  route({ on: `PUT ${single}`, rule: rule.update_volume_metadata, body: metaBody, of, run: setOne }),
  route({ on: `DELETE ${single}`, rule: rule.delete_volume_metadata, of, run: dropOne }),
  action({ on, key: "os-set_image_metadata", rule: image.set, body: imageMetadataBody, of, run: addImage }),
  action({ on, key: "os-unset_image_metadata", rule: image.remove, body: dropImageMetadataBody, of, run: dropImage }),
  action({
    on,
    key: "os-show_image_metadata",
    rule: image.show,
    body: empty("os-show_image_metadata"),
    of,
    run: showImage,
  }),
];

interface Keyed {
  readonly path: { readonly key: string };
}

function show(_ctx: Context, { metadata }: Volume) {
  return { metadata };
}

function add(ctx: Context, it: Volume, { body }: { body: { metadata: Metadata } }) {
  return keep(ctx, it, { ...it.metadata, ...body.metadata });
}

function replace(ctx: Context, it: Volume, { body }: { body: { metadata: Metadata } }) {
  return keep(ctx, it, body.metadata);
}

function showOne(_ctx: Context, { id, metadata }: Volume, { path: { key } }: Keyed) {
  return { meta: { [key]: own(metadata, key) ?? absent(id, key) } };
}

async function setOne(ctx: Context, it: Volume, { path: { key }, body }: Keyed & { body: { meta: Metadata } }) {
  requireSameKey(key, body.meta);
  await keep(ctx, it, { ...it.metadata, ...body.meta });
  return { meta: body.meta };
}

async function dropOne(ctx: Context, it: Volume, { path: { key } }: Keyed) {
  const { [key]: gone, ...rest } = it.metadata;
  if (gone === undefined) absent(it.id, key);
  await keep(ctx, it, rest);
}

async function keep({ db, now }: Context, { id }: Volume, metadata: Metadata) {
  await changeVolume(db, id, { metadata, updatedAt: now });
  return { metadata };
}

async function addImage(
  ctx: Context,
  it: Volume,
  { body }: { body: { "os-set_image_metadata": { metadata: Metadata } } },
) {
  return keepImage(ctx, it, { ...it.imageMetadata, ...body["os-set_image_metadata"].metadata });
}

async function dropImage(ctx: Context, it: Volume, { body }: { body: { "os-unset_image_metadata": { key: string } } }) {
  const { key } = body["os-unset_image_metadata"];
  const { [key]: gone, ...rest } = it.imageMetadata ?? {};
  if (gone === undefined) throw notFound("Metadata does not exist.");
  await keepImage(ctx, it, rest);
}

function showImage(_ctx: Context, { imageMetadata }: Volume) {
  return { metadata: imageMetadata ?? {} };
}

async function keepImage({ db, now }: Context, { id }: Volume, imageMetadata: Metadata) {
  await changeVolume(db, id, { imageMetadata, updatedAt: now });
  return { metadata: imageMetadata };
}

function absent(id: string, key: string): never {
  throw notFound(`Volume ${id} has no metadata with key ${key}.`);
}

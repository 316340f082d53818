import { notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import { type Context, route } from "../kit.ts";
import { requireSameKey } from "../metadata.ts";
import type { Metadata } from "../volume/volume.ts";
import { loadSnapshot as of } from "./snapshot.api.ts";
import { snapshotRules as rule } from "./snapshot.rules.ts";
import { metaBody, metadataBody } from "./snapshot.schema.ts";
import { changeSnapshot } from "./snapshot.store.ts";
import type { Snapshot } from "./snapshot.ts";

const body = metadataBody;
const all = "/snapshots/{id}/metadata";
const single = "/snapshots/{id}/metadata/{key}";

export const snapshotMetadataRoutes = [
  route({ on: `GET ${all}`, rule: rule.get_snapshot_metadata, of, run: show }),
  route({ on: `POST ${all}`, rule: rule.update_snapshot_metadata, body, of, run: add }),
  route({ on: `PUT ${all}`, rule: rule.update_snapshot_metadata, body, of, run: replace }),
  route({ on: `GET ${single}`, rule: rule.get_snapshot_metadata, of, run: showOne }),
  route({ on: `PUT ${single}`, rule: rule.update_snapshot_metadata, body: metaBody, of, run: setOne }),
  route({ on: `DELETE ${single}`, rule: rule.delete_snapshot_metadata, of, run: dropOne }),
];

interface Keyed {
  readonly path: { readonly key: string };
}

function show(_ctx: Context, { metadata }: Snapshot) {
  return { metadata };
}

function add(ctx: Context, it: Snapshot, { body }: { body: { metadata: Metadata } }) {
  return keep(ctx, it, { ...it.metadata, ...body.metadata });
}

function replace(ctx: Context, it: Snapshot, { body }: { body: { metadata: Metadata } }) {
  return keep(ctx, it, body.metadata);
}

function showOne(_ctx: Context, { id, metadata }: Snapshot, { path: { key } }: Keyed) {
  return { meta: { [key]: own(metadata, key) ?? absent(id, key) } };
}

async function setOne(ctx: Context, it: Snapshot, { path: { key }, body }: Keyed & { body: { meta: Metadata } }) {
  requireSameKey(key, body.meta);
  await keep(ctx, it, { ...it.metadata, ...body.meta });
  return { meta: body.meta };
}

async function dropOne(ctx: Context, it: Snapshot, { path: { key } }: Keyed) {
  const { [key]: gone, ...rest } = it.metadata;
  if (gone === undefined) absent(it.id, key);
  await keep(ctx, it, rest);
}

async function keep({ db, now }: Context, { id }: Snapshot, metadata: Metadata) {
  await changeSnapshot(db, id, { metadata, updatedAt: now });
  return { metadata };
}

function absent(id: string, key: string): never {
  throw notFound(`Snapshot ${id} has no metadata with key ${key}.`);
}

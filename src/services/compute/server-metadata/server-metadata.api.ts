import { badRequest, forbidden, notFound } from "#platform/api/errors.ts";
import { own } from "#platform/api/own.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { limitsOf } from "../quota/quota.store.ts";
import { holdRow } from "../server/idle.load.ts";
import { load, refuseLocked } from "../server/server.load.ts";
import { changeServer } from "../server/server.store.ts";
import type { Server } from "../server/server.ts";
import { metadataRules as rule } from "./server-metadata.rules.ts";
import { type ItemBody, itemBody, type MetadataBody, metadataBody } from "./server-metadata.schema.ts";

const all = "/servers/{id}/metadata";
const one = `${all}/{key}` as const;
const gone = { "2.1": 204 };

export const serverMetadataRoutes = [
  route({ on: `GET ${all}`, rule: rule.index, of: load, run: (_ctx, { metadata }) => ({ metadata }) }),
  route({ on: `POST ${all}`, rule: rule.create, body: metadataBody, of: load, run: merge }),
  route({ on: `PUT ${all}`, rule: rule.update_all, body: metadataBody, of: load, run: replace }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.update, body: itemBody, of: load, run: put }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: gone, of: load, run: remove }),
];

type Metadata = Server["metadata"];
interface Keyed {
  readonly path: { readonly key: string };
}

async function merge(ctx: Ctx<Compute>, it: Server, { body }: { body: MetadataBody }) {
  return { metadata: await change(ctx, it, "create metadata", (was) => ({ ...was, ...body.metadata })) };
}

async function replace(ctx: Ctx<Compute>, it: Server, { body }: { body: MetadataBody }) {
  return { metadata: await change(ctx, it, "update metadata", () => body.metadata) };
}

function show(_ctx: Ctx<Compute>, { metadata }: Server, { path: { key } }: Keyed) {
  return { meta: { [key]: item(metadata, key) } };
}

async function put(ctx: Ctx<Compute>, it: Server, { path: { key }, body: { meta } }: Keyed & { body: ItemBody }) {
  const value = own(meta, key);
  if (value === undefined) throw badRequest("Request body and URI mismatch");
  await change(ctx, it, "update metadata", (was) => ({ ...was, [key]: value }));
  return { meta };
}

async function remove(ctx: Ctx<Compute>, it: Server, { path: { key } }: Keyed) {
  item(it.metadata, key);
  await change(ctx, it, "delete metadata", ({ [key]: _gone, ...rest }) => rest);
}

/** Reads again under the lock, so that of two writers neither loses the other's items. */
async function change(
  ctx: Ctx<Compute>,
  it: Server,
  action: string,
  to: (was: Metadata) => Metadata,
): Promise<Metadata> {
  refuseLocked(ctx, it);
  const metadata = to((await holdRow(ctx, it, action)).metadata);
  const { metadata_items: limit = -1 } = await limitsOf(ctx, it.projectId);
  if (limit >= 0 && Object.keys(metadata).length > limit)
    throw forbidden(`Maximum number of metadata items exceeds ${limit}`);
  await changeServer(ctx.db, it.id, { metadata, updatedAt: ctx.now });
  return metadata;
}

function item(metadata: Metadata, key: string): string {
  const value = own(metadata, key);
  if (value === undefined) throw notFound("Metadata item was not found");
  return value;
}

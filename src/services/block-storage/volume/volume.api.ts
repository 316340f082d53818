import { badRequest, forbidden } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Context, type Owner, ownProject, route } from "../kit.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { createWished } from "./volume.creation.ts";
import { removeVolume } from "./volume.removal.ts";
import { volumeRules as rule } from "./volume.rules.ts";
import { type CreateVolume, createBody, type UpdateVolume, updateBody } from "./volume.schema.ts";
import { one } from "./volume.seen.ts";
import { requireSimple, sourcesOf, typeFor } from "./volume.sources.ts";
import { changeVolume, getVolume } from "./volume.store.ts";
import type { Volume } from "./volume.ts";
import { detailed, plain } from "./volume.view.ts";

const accepted = { "3.0": 202 };
const query = anyQuery;

export const volumeRoutes = [
  route({ on: "POST /volumes", rule: rule.create, body: createBody, status: accepted, of: ownProject, run: create }),
  route({ on: "GET /volumes/{id}", rule: rule.get, of: loadVolume, run: show }),
  route({ on: "PUT /volumes/{id}", rule: rule.update, body: updateBody, of: loadVolume, run: update }),
  route({ on: "DELETE /volumes/{id}", rule: rule.delete, query, status: accepted, of: loadVolume, run: remove }),
];

interface Asked {
  readonly query: Query;
}

export function loadVolume({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Volume> {
  return getVolume(db, path.id);
}

async function create(ctx: Context, { userId, projectId }: Owner, { body }: { body: CreateVolume }) {
  const { volume: asked } = body;
  if (!projectId) throw badRequest("A volume is created in a project: the token has none.");
  requireSimple(asked);
  const sources = await sourcesOf(ctx, asked);
  const it = await createWished(ctx, {
    projectId,
    userId,
    name: trimmed(asked.name ?? asked.display_name),
    description: trimmed(asked.description ?? asked.display_description),
    metadata: asked.metadata ?? {},
    gib: Number(asked.size ?? sources.snapshot?.gib ?? sources.source?.gib ?? noSize()),
    type: await typeFor(ctx, asked.volume_type, sources, projectId),
    ...sources,
  });
  return { volume: plain(await one(ctx, it)) };
}

async function show(ctx: Context, it: Volume) {
  return { volume: detailed(await one(ctx, it)) };
}

async function update(ctx: Context, it: Volume, { body: { volume: asked } }: { body: UpdateVolume }) {
  const [name, description] = [asked.name ?? asked.display_name, asked.description ?? asked.display_description];
  const to = {
    ...(name !== undefined && { name: trimmed(name) }),
    ...(description !== undefined && { description: trimmed(description) }),
    ...(asked.metadata && { metadata: asked.metadata }),
    updatedAt: ctx.now,
  };
  await changeVolume(ctx.db, it.id, to);
  return { volume: plain(await one(ctx, { ...it, ...to })) };
}

async function remove(ctx: Context, it: Volume, { query }: Asked) {
  const force = atLeast(ctx.version, "3.23") && isTrue(query.force);
  if (force && !ctx.may(rule.force_delete, it))
    throw forbidden(`Policy doesn't allow ${rule.force_delete.name} to be performed.`);
  await removeVolume(ctx, it, { force, cascade: isTrue(query.cascade) });
}

function trimmed(text: string | null | undefined): string | null {
  return text?.trim() ?? null;
}

function noSize(): never {
  throw badRequest("Invalid input received: Volume size 'None' must be an integer and greater than 0");
}

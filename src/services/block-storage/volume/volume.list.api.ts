import { notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import { type Context, isAdmin, linkingOf, type Owner, ownProject, route } from "../kit.ts";
import { nextLink, pageOf } from "../page.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { volumeFilter } from "./volume.filter.ts";
import { countVolumes, listVolumes, metadataIn } from "./volume.list.store.ts";
import { volumeRules as rule } from "./volume.rules.ts";
import { seen } from "./volume.seen.ts";
import { findVolume } from "./volume.store.ts";
import type { Volume } from "./volume.ts";
import { brief, detailed } from "./volume.view.ts";

const query = anyQuery;

export const volumeListRoutes = [
  route({ on: "GET /volumes", rule: rule.get_all, query, of: ownProject, run: list }),
  route({ on: "GET /volumes/detail", rule: rule.get_all, query, of: ownProject, run: listDetailed }),
  route({ on: "GET /volumes/summary", since: "3.12", rule: rule.get_all, query, of: ownProject, run: summary }),
];

interface Asked {
  readonly query: Query;
}

function list(ctx: Context, _owner: Owner, { query }: Asked) {
  const linking = linkingOf(ctx);
  return page(ctx, query, "volumes", (volumes) => volumes.map((volume) => brief({ volume, linking })));
}

function listDetailed(ctx: Context, _owner: Owner, { query }: Asked) {
  return page(ctx, query, "volumes/detail", async (volumes) => (await seen(ctx, volumes)).map(detailed));
}

async function summary(ctx: Context, _owner: Owner, { query }: Asked) {
  const filter = volumeFilter(query, readerOf(ctx));
  const { count, gib } = await countVolumes(ctx.db, filter);
  const metadata = atLeast(ctx.version, "3.36") && { metadata: await metadataIn(ctx.db, filter) };
  return { "volume-summary": { total_count: count, total_size: gib, ...metadata } };
}

/** The keys that volumes are sorted by, and our columns. */
const sortable = {
  id: "id",
  status: "status",
  size: "gib",
  name: "name",
  display_name: "name",
  bootable: "bootable",
  user_id: "userId",
  project_id: "projectId",
  created_at: "createdAt",
  updated_at: "updatedAt",
};

type Views = (volumes: readonly Volume[]) => object[] | Promise<object[]>;

async function page(ctx: Context, query: Query, path: string, views: Views) {
  const filter = volumeFilter(query, readerOf(ctx));
  const page = pageOf(query, sortable);
  const volumes = await listVolumes(ctx.db, filter, page, page.marker ? await marked(ctx, page.marker) : undefined);
  const next = nextLink(linkingOf(ctx), path, query, volumes);
  const counted = atLeast(ctx.version, "3.45") && isTrue(query.with_count);
  return {
    volumes: await views(volumes),
    ...(next && { volumes_links: next }),
    ...(counted && { count: (await countVolumes(ctx.db, filter)).count }),
  };
}

async function marked({ db }: Context, marker: string): Promise<Volume> {
  const it = await findVolume(db, marker);
  if (!it) throw notFound(`Volume ${marker} could not be found.`);
  return it;
}

function readerOf(ctx: Context) {
  return { admin: isAdmin(ctx), projectId: ctx.actor.projectId, version: ctx.version };
}

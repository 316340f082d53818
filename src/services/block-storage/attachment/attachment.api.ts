import { notFound } from "#platform/api/errors.ts";
import type { BlockStorageDriver, Connection } from "../driver.ts";
import { action, asking, type Context, isAdmin, type Owner, ownProject, route } from "../kit.ts";
import { pageOf } from "../page.ts";
import { anyQuery, isTrue, type Query } from "../shapes.ts";
import { getVolume, takeVolume } from "../volume/volume.store.ts";
import { type Volume, volumeLife } from "../volume/volume.ts";
import { releaseAttachment, requireOutsideCompute, reserveVolume } from "./attachment.release.ts";
import { attachmentReadRules as read, attachmentRules as rule } from "./attachment.rules.ts";
import {
  type Connector,
  type CreateAttachment,
  completeBody,
  createBody,
  type UpdateAttachment,
  updateBody,
} from "./attachment.schema.ts";
import {
  changeAttachment,
  findAttachment,
  getAttachment,
  listAttachments,
  listAttachmentsOf,
} from "./attachment.store.ts";
import { type Attachment, attachmentLife, opener } from "./attachment.ts";
import { brief, detailed } from "./attachment.view.ts";
import { connectAttachment } from "./connect.saga.ts";

const since = "3.27";
const query = anyQuery;
const gone = { "3.44": 204 };
const single = "/attachments/{id}";

export const attachmentRoutes = [
  route({ on: "GET /attachments", since, rule: read.get_all, query, of: ownProject, run: list }),
  route({ on: "GET /attachments/detail", since, rule: read.get_all, query, of: ownProject, run: listDetailed }),
  route({ on: "GET /attachments/summary", since, rule: read.get_all, query, of: ownProject, run: list }),
  route({ on: "POST /attachments", since, rule: rule.attachment_create, body: createBody, of: wanted, run: create }),
  route({ on: `GET ${single}`, since, rule: read.get, of: load, run: show }),
  asking({ on: `PUT ${single}`, since, rule: rule.attachment_update, body: updateBody, of: load, call, run: update }),
  route({ on: `DELETE ${single}`, since, rule: rule.attachment_delete, of: load, run: remove }),
  action({
    on: `POST ${single}/action`,
    key: "os-complete",
    since: "3.44",
    rule: rule.attachment_complete,
    body: completeBody,
    status: gone,
    of: load,
    run: complete,
  }),
];

interface Asked {
  readonly query: Query;
}

function load({ db }: Context, { path }: { path: { readonly id: string } }): Promise<Attachment> {
  return getAttachment(db, path.id);
}

function wanted({ db }: Context, { body }: { body: CreateAttachment }): Promise<Volume> {
  return getVolume(db, body.attachment.volume_uuid);
}

async function list(ctx: Context, owner: Owner, { query }: Asked) {
  return { attachments: (await found(ctx, owner, query)).map(brief) };
}

async function listDetailed(ctx: Context, owner: Owner, { query }: Asked) {
  return { attachments: (await found(ctx, owner, query)).map(detailed) };
}

async function create(ctx: Context, volume: Volume, { body }: { body: CreateAttachment }) {
  const { instance_uuid: serverId = null, connector, mode = "rw" } = body.attachment;
  const it = await reserveVolume(ctx, volume, { serverId, byCompute: false, mode });
  if (!connector) return { attachment: detailed(it) };
  const to = { connector, host: hostOf(connector), status: attachmentLife.verbs.connect.busy };
  await changeAttachment(ctx.db, it.id, to);
  await takeVolume(ctx.db, volume.id, { from: ["reserved"], busy: "attaching" });
  await ctx.start(connectAttachment, it.id, { volumeId: it.volumeId });
  return { attachment: detailed({ ...it, ...to }) };
}

function show(_ctx: Context, it: Attachment) {
  return { attachment: detailed(it) };
}

function call(driver: BlockStorageDriver, it: Attachment, { body }: { body: UpdateAttachment }): Promise<Connection> {
  requireOutsideCompute(it);
  return driver.connect(it.volumeId, hostOf(body.attachment.connector), opener(it));
}

/** Should the attachment have gone meanwhile, the loop that serves stops what was begun. */
async function update(ctx: Context, { id }: Attachment, { body }: { body: UpdateAttachment }, connection: Connection) {
  const it = await findAttachment(ctx.db, id);
  if (!it || it.releasing) throw notFound(`Volume attachment could not be found with filter: attachment_id = ${id}.`);
  const { connector } = body.attachment;
  const to = { connector, connection, host: hostOf(connector), status: attachmentLife.verbs.connect.busy, fault: null };
  await changeAttachment(ctx.db, id, to);
  await takeVolume(ctx.db, it.volumeId, { from: ["reserved"], busy: "attaching" }, { updatedAt: ctx.now });
  return { attachment: detailed({ ...it, ...to }) };
}

async function remove(ctx: Context, it: Attachment) {
  requireOutsideCompute(it);
  await releaseAttachment(ctx, it);
  const left = await listAttachmentsOf(ctx.db, [it.volumeId]);
  return { attachments: left.filter(({ id }) => id !== it.id).map(brief) };
}

async function complete(ctx: Context, it: Attachment) {
  requireOutsideCompute(it);
  const device = typeof it.connector?.mountpoint === "string" ? it.connector.mountpoint : it.device;
  const { to: status } = attachmentLife.verbs.connect;
  await changeAttachment(ctx.db, it.id, { status, device, attachedAt: ctx.now });
  const from = ["reserved", "attaching"];
  await takeVolume(ctx.db, it.volumeId, { from, busy: volumeLife.verbs.attach.to }, { updatedAt: ctx.now });
}

const sortable = { id: "id", created_at: "createdAt", status: "status", volume_id: "volumeId" };

async function found(ctx: Context, { projectId }: Owner, query: Query): Promise<Attachment[]> {
  const page = pageOf(query, sortable);
  const after = page.marker ? await getAttachment(ctx.db, page.marker) : undefined;
  const filter = {
    projectId: isAdmin(ctx) && isTrue(query.all_tenants) ? undefined : projectId,
    volumeId: query.volume_id,
    serverId: query.instance_id ?? query.instance_uuid,
    status: query.status ?? query.attach_status,
  };
  return listAttachments(ctx.db, filter, page, after);
}

function hostOf({ host }: Connector): string {
  return typeof host === "string" ? host : "";
}

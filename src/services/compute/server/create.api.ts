import { badRequest, forbidden } from "#platform/api/errors.ts";
import type { Rule } from "#platform/api/rules.ts";
import { type Ctx, reply } from "#platform/service/kit.ts";
import { inPassing } from "#platform/store/transaction.ts";
import { findFlavor } from "../flavor/flavor.store.ts";
import { findKeypair } from "../keypair/keypair.store.ts";
import { type Compute, route } from "../kit.ts";
import { isYes, links } from "../words.ts";
import type { AskedServer, CreateServer } from "./asked.ts";
import { buildServer } from "./build.saga.ts";
import { insertDisk } from "./disk.store.ts";
import { draft, type Owner, type Wanted } from "./draft.ts";
import { passwordOf, reservationOf } from "./named.ts";
import { placeOf } from "./place.api.ts";
import { type DiskPlan, planDisks } from "./plan.ts";
import { withinLimits } from "./quota.api.ts";
import { serverRules as rule } from "./server.rules.ts";
import { createBody } from "./server.schema.ts";
import { insertServer } from "./server.store.ts";
import type { Server } from "./server.ts";
import { refuseUnfit } from "./size.ts";

export const createRoutes = [
  route({
    on: "POST /servers",
    rule: rule.create,
    body: createBody,
    status: { "2.1": 202 },
    of: ownProject,
    run: create,
  }),
];

function ownProject({ actor }: Ctx<Compute>): Owner {
  return { projectId: actor.projectId ?? "", userId: actor.userId };
}

async function create(ctx: Ctx<Compute>, owner: Owner, { body }: { body: CreateServer }) {
  const { server: asked } = body;
  refuseUnlawful(ctx, owner, asked);
  const { min, max } = countsOf(asked);
  const wanted = await find(ctx, owner, body, max);
  const count = await withinLimits(ctx, owner.projectId, wanted.flavor, asked, min, max);
  const made: Server[] = [];
  for (let at = 0; at < count; at++) made.push(await createOne(ctx, owner, wanted, at, max));
  return created(ctx, asked, made);
}

/** Each part of the request has a rule of its own. */
function refuseUnlawful(ctx: Ctx<Compute>, owner: Owner, asked: AskedServer) {
  const needed: Rule[] = [];
  if (asked.networks !== undefined && asked.networks !== "none") needed.push(rule["create:attach_network"]);
  if (asked.block_device_mapping ?? asked.block_device_mapping_v2) needed.push(rule["create:attach_volume"]);
  if (asked.trusted_image_certificates) needed.push(rule["create:trusted_certs"]);
  for (const one of needed)
    if (!ctx.may(one, owner)) throw forbidden(`Policy doesn't allow ${one.name} to be performed.`);
}

function countsOf(asked: AskedServer) {
  const min = Number(asked.min_count ?? 1);
  const max = Number(asked.max_count ?? min);
  if (min < 1 || max < 1)
    throw badRequest(
      `Invalid input for field/attribute ${min < 1 ? "min_count" : "max_count"}. Value: ${min < 1 ? min : max}. 0 is less than the minimum of 1`,
    );
  if (min > max) throw badRequest("min_count must be <= max_count");
  if (max > 1) refuseSingular(asked);
  return { min, max };
}

/** What one server alone can have. */
function refuseSingular({
  networks,
  block_device_mapping_v2: disks = [],
  block_device_mapping: old = [],
  hostname,
}: AskedServer) {
  const nics = Array.isArray(networks) ? networks : [];
  if (nics.some((it) => it.fixed_ip))
    throw badRequest("Failed to launch instances: max_count cannot be greater than 1 if an fixed_ip is specified.");
  if (nics.some((it) => it.port))
    throw badRequest(
      "Failed to launch instances: Unable to launch multiple instances with a single configured port ID. Please launch your instance one by one with different ports.",
    );
  if ([...disks, ...old].some((it) => it.source_type === "volume" || it.volume_id))
    throw badRequest("Cannot attach one or more volumes to multiple instances");
  if (hostname) throw badRequest("Unable to allocate a single hostname to multiple instances");
}

async function find(
  ctx: Ctx<Compute>,
  { projectId, userId }: Owner,
  body: CreateServer,
  count: number,
): Promise<Wanted> {
  const { server: asked } = body;
  const flavorId = String(asked.flavorRef).split("/").at(-1) ?? "";
  const sight = { everything: ctx.actor.roles.includes("admin"), projectId };
  const plan = planDisks(asked);
  const [flavor, found, keypair] = await Promise.all([
    findFlavor(ctx.db, flavorId, sight),
    plan.imageId === null ? null : ctx.needs.image.requireActive(ctx, ctx.actor, plan.imageId).catch(asError),
    asked.key_name === undefined ? undefined : findKeypair(ctx.db, userId, asked.key_name),
  ]);
  if (!flavor) throw badRequest(`Flavor ${flavorId} could not be found.`);
  if (found instanceof Error) throw found;
  const image = found;
  refuseUnfit(flavor, image, plan, ctx.may(rule["create:zero_disk_flavor"], {}));
  if (asked.key_name !== undefined && !keypair) throw badRequest("Invalid key_name provided.");
  const hints = {
    ...body["OS-SCH-HNT:scheduler_hints"],
    ...body["os:scheduler_hints"],
    ...asked["os:scheduler_hints"],
  };
  const place = await placeOf(ctx, asked, hints, count);
  return { asked, flavor, image, plan, keypair, place, hints, reservationId: reservationOf(ctx.newId()) };
}

/** A refusal to be spoken of in its turn. */
const asError = (why: Error) => why;

async function createOne(ctx: Ctx<Compute>, owner: Owner, wanted: Wanted, at: number, of: number): Promise<Server> {
  const it = draft({ id: ctx.newId(), now: ctx.now }, owner, wanted, at, of);
  inPassing(insertServer(ctx.db, it));
  const volumeIds = await takeDisks(ctx, it, wanted.plan);
  await takePorts(ctx, it, wanted.asked);
  await ctx.emit("server.created", { serverId: it.id, projectId: it.projectId });
  await ctx.start(buildServer, it.id, { volumeIds });
  return it;
}

/** Volumes that are there are reserved now, so that nobody else gets them; those of images are made by the saga. */
async function takeDisks(ctx: Ctx<Compute>, it: Server, { disks }: DiskPlan): Promise<string[]> {
  for (const { id, source, ...disk } of disks) {
    const volumeId = source === "volume" ? id : null;
    await insertDisk(ctx.db, {
      ...disk,
      id: ctx.newId(),
      serverId: it.id,
      source,
      imageId: source === "image" ? id : null,
      volumeId,
      attachmentId: volumeId && (await ctx.needs.blockStorage.reserve(ctx, ctx.actor, volumeId, it.id)),
      attached: false,
      createdAt: ctx.now,
    });
  }
  return disks.flatMap(({ id, source }) => (source === "volume" && id !== null ? [id] : []));
}

async function takePorts(
  ctx: Ctx<Compute>,
  { id, name }: Server,
  { networks, security_groups: groups = [] }: AskedServer,
) {
  await ctx.needs.network.takePorts(ctx, {
    serverId: id,
    serverName: name,
    actor: ctx.actor,
    networks: wantedNics(networks),
    securityGroups: [...new Set(groups.flatMap((group) => group.name ?? []))],
  });
}

function wantedNics(networks: AskedServer["networks"]) {
  if (networks === undefined || networks === "auto" || networks.length === 0) return "auto";
  if (networks === "none") return "none";
  return networks.map(({ uuid, port, fixed_ip: fixedIp, tag }) => ({
    networkId: uuid,
    portId: port ?? undefined,
    fixedIp,
    tag,
  }));
}

function created({ url, newId }: Ctx<Compute>, asked: AskedServer, made: readonly Server[]) {
  const first = made[0]!;
  if (asked.return_reservation_id !== undefined && isYes(asked.return_reservation_id))
    return { reservation_id: first.reservationId };
  const groups = asked.security_groups?.map(({ name }) => ({ name: name ?? "default" })) ?? [{ name: "default" }];
  const server = {
    id: first.id,
    links: links(url, `servers/${first.id}`),
    "OS-DCF:diskConfig": first.diskConfig,
    security_groups: groups,
    adminPass: asked.adminPass ?? passwordOf(newId()),
  };
  return reply({ server }, { headers: { location: `${url}/servers/${first.id}` } });
}

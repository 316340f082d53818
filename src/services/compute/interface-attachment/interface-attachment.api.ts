import { badRequest, notFound } from "#platform/api/errors.ts";
import type { Ctx } from "#platform/service/kit.ts";
import type { Nic, WantedNic } from "#services/network/index.ts";
import { type Compute, route } from "../kit.ts";
import { hold } from "../server/idle.load.ts";
import { load } from "../server/server.load.ts";
import type { Server } from "../server/server.ts";
import { attachInterface } from "./attach.saga.ts";
import { detachInterface } from "./detach.saga.ts";
import { interfaceRules as rule } from "./interface-attachment.rules.ts";
import { type AttachInterface, attachBody } from "./interface-attachment.schema.ts";
import { shown } from "./interface-attachment.view.ts";

const all = "/servers/{id}/os-interface";
const one = `${all}/{portId}` as const;
const accepted = { "2.1": 202 };

export const interfaceAttachmentRoutes = [
  route({ on: `GET ${all}`, rule: rule.list, of: load, run: list }),
  route({ on: `POST ${all}`, rule: rule.create, body: attachBody, of: load, run: attach }),
  route({ on: `GET ${one}`, rule: rule.show, of: load, run: show }),
  route({ on: `DELETE ${one}`, rule: rule.delete, status: accepted, of: load, run: detach }),
];

interface OfPort {
  readonly path: { readonly portId: string };
}

async function list(ctx: Ctx<Compute>, { id }: Server) {
  const nics = await ctx.needs.network.nics(ctx, id);
  return { interfaceAttachments: nics.map((it) => shown(it, ctx.version)) };
}

async function show(ctx: Ctx<Compute>, it: Server, { path }: OfPort) {
  return { interfaceAttachment: shown(await nicOf(ctx, it, path.portId), ctx.version) };
}

async function attach(ctx: Ctx<Compute>, it: Server, { body }: { body: AttachInterface }) {
  const networks = wanted(body.interfaceAttachment ?? {});
  await hold(ctx, it, "attach_interface", ["active", "stopped"]);
  const { id: serverId, name: serverName } = it;
  const want = { serverId, serverName, actor: ctx.actor, networks, securityGroups: [] };
  const [portId] = await ctx.needs.network.takePorts(ctx, want);
  if (!portId)
    throw badRequest(`No specific network was requested and none are available for project '${ctx.actor.projectId}'.`);
  await ctx.start(attachInterface, serverId, { portId });
  return { interfaceAttachment: shown(await nicOf(ctx, it, portId), ctx.version) };
}

function wanted(asked: NonNullable<AttachInterface["interfaceAttachment"]>): "auto" | readonly WantedNic[] {
  const { net_id: networkId, port_id: portId, fixed_ips, tag } = asked;
  if (networkId && portId) throw badRequest("Must not input both network_id and port_id");
  if (fixed_ips && !networkId) throw badRequest("Must input network_id when request IP address");
  if (!networkId && !portId && !tag) return "auto";
  const fixedIp = fixed_ips?.[0].ip_address;
  return [
    { ...(networkId && { networkId }), ...(portId && { portId }), ...(fixedIp && { fixedIp }), ...(tag && { tag }) },
  ];
}

async function detach(ctx: Ctx<Compute>, it: Server, { path: { portId } }: OfPort) {
  await hold(ctx, it, "detach_interface", ["active", "stopped"]);
  await nicOf(ctx, it, portId);
  await ctx.start(detachInterface, it.id, { portId });
}

async function nicOf(ctx: Ctx<Compute>, { id }: Server, portId: string): Promise<Nic> {
  const it = (await ctx.needs.network.nics(ctx, id)).find((nic) => nic.portId === portId);
  if (!it) throw notFound(`Instance ${id} does not have a port with id ${portId}`);
  return it;
}

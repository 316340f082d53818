import { notFound } from "#platform/api/errors.ts";
import { atLeast } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { type Compute, route } from "../kit.ts";
import { around, lookOf } from "./around.api.ts";
import type { UpdateServer } from "./asked.ts";
import { deleteServer } from "./delete.saga.ts";
import { load, refuseLocked } from "./server.load.ts";
import { groupRules, ipRules, passwordRules, serverRules as rule } from "./server.rules.ts";
import { updateBody } from "./server.schema.ts";
import { changeServer, getServer } from "./server.store.ts";
import { type Server, serverLife } from "./server.ts";
import { byNetwork, full, plain } from "./server.view.ts";

const empty = { "2.1": 204 };

export const serverRoutes = [
  route({ on: "GET /servers/{id}", rule: rule.show, of: load, run: show }),
  route({ on: "PUT /servers/{id}", rule: rule.update, body: updateBody, of: load, run: update }),
  route({ on: "DELETE /servers/{id}", rule: rule.delete, status: empty, of: load, run: remove }),
  route({ on: "GET /servers/{id}/ips", rule: ipRules.index, of: load, run: listIps }),
  route({ on: "GET /servers/{id}/ips/{network}", rule: ipRules.show, of: load, run: showIps }),
  route({ on: "GET /servers/{id}/os-security-groups", rule: groupRules.list, of: load, run: listGroups }),
  route({ on: "GET /servers/{id}/os-server-password", rule: passwordRules.show, of: load, run: showPassword }),
  route({
    on: "DELETE /servers/{id}/os-server-password",
    rule: passwordRules.clear,
    status: empty,
    of: load,
    run: clearPassword,
  }),
];

interface Network {
  readonly path: { readonly network: string };
}

export async function show(ctx: Ctx<Compute>, it: Server) {
  return { server: { ...full(lookOf(ctx)(it), it, await around(ctx, it)), ...groups(ctx, it) } };
}

async function update(ctx: Ctx<Compute>, it: Server, { body }: { body: UpdateServer }) {
  const { server: asked } = body;
  await changeServer(ctx.db, it.id, {
    ...(asked.name !== undefined && { name: asked.name.trim() }),
    ...(asked.description !== undefined && { description: asked.description }),
    ...(asked.hostname !== undefined && { hostname: asked.hostname }),
    ...(asked.accessIPv4 !== undefined && { accessIpV4: asked.accessIPv4 || null }),
    ...(asked.accessIPv6 !== undefined && { accessIpV6: asked.accessIPv6 || null }),
    ...(asked["OS-DCF:diskConfig"] && { diskConfig: asked["OS-DCF:diskConfig"] }),
    updatedAt: ctx.now,
  });
  const now = await getServer(ctx.db, it.id);
  if (atLeast(ctx.version, "2.75")) return show(ctx, now);
  return { server: { ...plain(lookOf(ctx)(now), now, await around(ctx, now)), ...groups(ctx, now) } };
}

/** In every state, and over whatever runs. Asking again changes nothing. */
export async function remove(ctx: Ctx<Compute>, it: Server) {
  refuseLocked(ctx, it);
  const { busy } = serverLife.verbs.delete;
  if (it.task === busy) return;
  await ctx.cancel(it.id);
  await changeServer(ctx.db, it.id, { task: busy, taskSince: ctx.now, updatedAt: ctx.now });
  await ctx.start(deleteServer, it.id);
}

function groups({ version }: Ctx<Compute>, { serverGroupId }: Server) {
  return atLeast(version, "2.71") ? { server_groups: serverGroupId ? [serverGroupId] : [] } : {};
}

async function addressesOf(ctx: Ctx<Compute>, { id }: Server) {
  return byNetwork((await ctx.needs.network.addressesOf(ctx, [id])).get(id) ?? [], false);
}

async function listIps(ctx: Ctx<Compute>, it: Server) {
  return { addresses: await addressesOf(ctx, it) };
}

async function showIps(ctx: Ctx<Compute>, it: Server, { path }: Network) {
  const { [path.network]: found } = await addressesOf(ctx, it);
  if (!found) throw notFound("Instance is not a member of specified network");
  return { [path.network]: found };
}

async function listGroups(ctx: Ctx<Compute>, it: Server) {
  const its = (await ctx.needs.network.securityGroupsOf(ctx, [it.id])).get(it.id) ?? [];
  const more = { tenant_id: it.projectId, description: "", rules: [] };
  return { security_groups: its.map(({ id, name }) => ({ id, name, ...more })) };
}

function showPassword(_ctx: Ctx<Compute>, { encryptedPassword }: Server) {
  return { password: encryptedPassword ?? "" };
}

async function clearPassword(ctx: Ctx<Compute>, it: Server) {
  await changeServer(ctx.db, it.id, { encryptedPassword: null });
}

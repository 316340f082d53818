import type { AnyRoute } from "#platform/service/kit.ts";
import { type NetworkScope, route } from "../kit.ts";
import { wrong } from "../refusals.ts";
import { uuid } from "../resource/attribute.ts";
import { readUpdate, type Sent } from "../resource/body.ts";
import { anyBody, type Context, getOwn, type Resource, sight, viewOf } from "../resource/resource.api.ts";
import { changeRow } from "../resource/resource.store.ts";
import type { HostRoute } from "../subnet/subnet.ts";
import { addInterface, type Interface, removeInterface, type WantedInterface } from "./interface.work.ts";
import { realiseRouter } from "./realise.saga.ts";
import { routerActionRules as rule } from "./router.rules.ts";
import type { NewRouter } from "./router.schema.ts";
import type { Router } from "./router.ts";
import { checkRoutes } from "./routes.work.ts";

/** What a router is told to do beside being changed. */
export function routerActions(it: Resource<Router, NewRouter>): AnyRoute<NetworkScope>[] {
  type Path = { path: { id: string } };
  const own =
    (name: keyof typeof rule) =>
    (ctx: Context, { path }: Path) =>
      getOwn(it, ctx, path.id, rule[name]);
  return [
    route({
      on: "PUT /routers/{id}/add_router_interface",
      rule: rule.add_router_interface,
      body: anyBody,
      of: own("add_router_interface"),
      run: async (ctx, { row }, { body }) =>
        interfaceView(row, await addInterface(ctx, sight(ctx), row, readWanted(body))),
    }),
    route({
      on: "PUT /routers/{id}/remove_router_interface",
      rule: rule.remove_router_interface,
      body: anyBody,
      of: own("remove_router_interface"),
      run: async (ctx, { row }, { body }) => interfaceView(row, await removeInterface(ctx, row, readWanted(body))),
    }),
    route({
      on: "PUT /routers/{id}/add_extraroutes",
      rule: rule.add_extraroutes,
      body: anyBody,
      of: own("add_extraroutes"),
      run: (ctx, { row }, { body }) =>
        setRoutes(it, ctx, row, [...row.routes, ...readRoutes(it, body).filter((route) => !has(row.routes, route))]),
    }),
    route({
      on: "PUT /routers/{id}/remove_extraroutes",
      rule: rule.remove_extraroutes,
      body: anyBody,
      of: own("remove_extraroutes"),
      run(ctx, { row }, { body }) {
        const gone = readRoutes(it, body);
        return setRoutes(
          it,
          ctx,
          row,
          row.routes.filter((route) => !has(gone, route)),
        );
      },
    }),
  ];
}

function readWanted(body: Sent): WantedInterface {
  const { subnet_id, port_id } = body;
  if (!subnet_id && !port_id)
    throw wrong.with("BadRequest", "Bad router request: Either subnet_id or port_id must be specified.");
  for (const id of [subnet_id, port_id]) {
    if (id === undefined) continue;
    try {
      uuid(id);
    } catch (why) {
      throw wrong.request(`Invalid input for router interface. Reason: ${(why as Error).message}.`);
    }
  }
  return { subnet_id: subnet_id as string | undefined, port_id: port_id as string | undefined };
}
function interfaceView({ id, projectId }: Router, { port, subnetIds }: Interface) {
  return {
    id,
    tenant_id: projectId,
    project_id: projectId,
    port_id: port.id,
    network_id: port.networkId,
    subnet_id: subnetIds[0],
    subnet_ids: subnetIds,
    tags: port.tags,
  };
}

function readRoutes(it: Resource<Router, NewRouter>, body: Sent): readonly HostRoute[] {
  return ((readUpdate(it, body) as Partial<NewRouter>).routes ?? []) as readonly HostRoute[];
}
function has(routes: readonly HostRoute[], { destination, nexthop }: HostRoute): boolean {
  return routes.some((route) => route.destination === destination && route.nexthop === nexthop);
}
async function setRoutes(it: Resource<Router, NewRouter>, ctx: Context, row: Router, routes: readonly HostRoute[]) {
  await checkRoutes(ctx, row, routes);
  const changed = await changeRow(ctx.db, "networkRouters", row.id, { routes }, ctx.now);
  await ctx.start(realiseRouter, row.id);
  return { router: await viewOf(it, ctx, changed) };
}
